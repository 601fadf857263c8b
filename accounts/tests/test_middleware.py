import pytest

SIGN_IN = "/account/sign-in/"
PAGE = "http://testserver/notices/?unread=1"


class TestPasswordDuty:
    @pytest.fixture
    def newcomer(self, client, graduate):
        graduate.must_change_password = True
        graduate.save()
        client.force_login(graduate)
        return client

    def test_every_page_leads_to_the_password(self, newcomer):
        assert newcomer.get("/notices/").headers["Location"] == "/account/password/"
        assert newcomer.post("/notices/read/").headers["Location"] == "/account/password/"

    def test_part_of_a_page_takes_the_whole_browser_there(self, newcomer):
        answer = newcomer.get("/notices/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/account/password/")
        assert "Location" not in answer.headers

    @pytest.mark.parametrize("path", ["/account/password/", "/healthz"])
    def test_these_pages_stay_open(self, newcomer, path):
        assert newcomer.get(path).status_code == 200

    def test_language_and_sign_out_stay_open(self, newcomer):
        newcomer.post("/i18n/setlang/", {"language": "en", "next": "/account/password/"})
        assert "Change password" in newcomer.get("/account/password/").content.decode()
        assert newcomer.post("/account/sign-out/").headers["Location"] == SIGN_IN


@pytest.mark.django_db
class TestSignInAgain:
    def test_page_keeps_its_own_address(self, client):
        assert (
            client.get("/notices/?unread=1").headers["Location"] == f"{SIGN_IN}?next=/notices/%3Funread%3D1"
        )

    def test_part_of_a_page_takes_the_whole_browser_there_and_back_to_the_page(self, client):
        response = client.get("/notices/", headers={"HX-Request": "true", "HX-Current-URL": PAGE})
        assert response.status_code == 200
        assert response.headers["HX-Redirect"] == f"{SIGN_IN}?next=/notices/%3Funread%3D1"

    def test_sent_form_comes_back_to_the_page_it_was_on(self, client):
        response = client.post("/notices/read/", headers={"Referer": PAGE})
        assert response.headers["Location"] == f"{SIGN_IN}?next=/notices/%3Funread%3D1"

    @pytest.mark.parametrize("referer", ["https://evil.example/x", ""])
    def test_sent_form_of_unknown_origin_comes_back_to_the_first_page(self, client, referer):
        response = client.post("/notices/read/", headers={"Referer": referer})
        assert response.headers["Location"] == f"{SIGN_IN}?next=/"
