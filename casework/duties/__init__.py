"""Lists of duty (职责清单): what a committee does, helps with, may not do and must publish."""
