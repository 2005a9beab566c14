"""How somebody comes to be known as living in a home: links of estates, requests, decisions."""
