"""Pages of users: coming in, roles, deputies, paired displays and tablets."""
