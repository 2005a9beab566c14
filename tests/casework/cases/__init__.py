"""Cases: the loop, the clocks, the catalogue, the people around a case."""
