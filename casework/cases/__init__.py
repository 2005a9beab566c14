"""Cases: from a report to the resident's word that it is solved, with their catalogue, teams and clocks."""
