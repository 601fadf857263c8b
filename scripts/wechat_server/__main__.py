"""`python -m scripts.wechat_server PORT SITE`: run until stopped."""

import sys

from scripts.wechat_server.server import WeChatServer


def main() -> int:
    """Serve; the arguments are the port and the address of the school."""
    WeChatServer(("127.0.0.1", int(sys.argv[1])), sys.argv[2]).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
