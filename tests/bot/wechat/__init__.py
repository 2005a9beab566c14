"""WeChat: pushes opened, kept and answered, against a stand-in of its servers."""
