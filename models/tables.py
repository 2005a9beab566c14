"""The list of modules that hold stored nouns."""

TABLE_MODULES = (
    "models.place",
    "models.person",
    "models.login",
    "models.home",
    "models.household",
    "models.home_file",
    "models.service",
    "models.export",
    "models.contact",
    "models.joining",
    "models.notice",
    "models.entry",
    "models.conversation",
    "models.message",
    "models.reach",
    "models.question",
    "models.roster",
    "models.alarm",
    "models.audit",
)
