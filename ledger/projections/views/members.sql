-- members: one row per journey open in the window: the pod, worker or stage it belonged to on its last open day there.
SELECT journey, 'authority' AS member FROM journeys;
