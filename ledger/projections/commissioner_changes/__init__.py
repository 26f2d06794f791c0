"""Changes of social worker in the year, as the Children's Commissioner counted them."""
