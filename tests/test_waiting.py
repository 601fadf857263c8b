"""What the tests' own waiting promises."""

import socket

from tests.waiting import Late, close, wait_until


def test_answer_still_on_its_way_does_not_befall_the_next_page(chromium):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        context = chromium.new_context()
        page = context.new_page()
        Late(page, "**/never")
        page.evaluate(f"void fetch('http://127.0.0.1:{server.getsockname()[1]}/never', {{mode: 'no-cors'}})")
        asked: list[socket.socket] = []

        def is_asked() -> bool:
            try:
                asked.append(server.accept()[0])
            except BlockingIOError:
                return False
            return True

        wait_until(page, is_asked)
        close(context)
        after = chromium.new_context()
        blank = after.new_page()
        blank.goto("about:blank")
        assert blank.url == "about:blank"  # and nothing was raised on the way
        close(after)
        asked[0].close()
