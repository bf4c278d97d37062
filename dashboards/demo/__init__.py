"""The demo: a month of a believable sales team, made by the real actions under a passed-in clock."""
