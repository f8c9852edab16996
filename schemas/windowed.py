"""What every frame of figures about windows begins with."""

import dataframely as dy


class Windowed(dy.Schema):
    """One row, or several, for each window."""

    window_start = dy.Date(primary_key=True, description="first UTC day of the window")
    window_end = dy.Date(primary_key=True, description="last UTC day of the window, inclusive")
