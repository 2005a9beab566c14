"""The property window (物业之窗): in which estates a company works, what it publishes, and how it is rated."""
