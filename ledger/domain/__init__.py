"""What a journey is: events, their envelope, codes, clocks and the state of one case. No I/O, no clock of its own."""
