"""Records of people (人户房): cards, tags, filters, services, looks at hidden numbers, and lists that are taken out."""
