"""Placements, school and worker of each looked-after child: the published definitions side by side."""
