"""What the committee does for residents: policy pack, desk, cases and deadlines."""
