"""Activities (社区活动): places and who waits for one, signing in where it takes place, hours of volunteers."""
