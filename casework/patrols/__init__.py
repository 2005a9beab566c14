"""Patrols (巡查): routes of grid workers, ticked stop by stop, with what was found and what was missed."""
