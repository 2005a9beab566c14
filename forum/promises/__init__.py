"""What comes after a decision: 公示 with objections, 公约, projects with their money and days, and 评议."""
