"""WeChat Official Account: pushes in, the bot's answer as the passive reply, everything later by the message API."""

NAME = "wechat"
PATH = "/channels/wechat"
