"""Services (社区服务): the directory of who offers something to neighbours, and what is complained of them."""
