import base64
from datetime import timedelta

import pytest

from infra.standin.eventing import NO_DELIVERY_BLOCK, Delivery
from infra.standin.retries import Answer, Verdict, error_attributes, pauses, unusable_kne_names


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_done(status: int) -> None:
    assert Answer(status).verdict is Verdict.DONE


@pytest.mark.parametrize("status", [404, 408, 409, 429, 500, 501, 502, 503, 504, 599])
def test_these_statuses_are_retried(status: int) -> None:
    assert Answer(status).verdict is Verdict.RETRY


@pytest.mark.parametrize(
    "status", [301, 302, 303, 307, 308, 400, 401, 403, 405, 410, 413, 415, 418, 422, 425, 499]
)
def test_these_statuses_go_to_the_dead_letter_sink_at_once(status: int) -> None:
    assert Answer(status).verdict is Verdict.GIVE_UP


def test_no_answer_at_all_is_retried() -> None:
    assert Answer(None, failure="refused").verdict is Verdict.RETRY


def test_exponential_pauses_begin_at_twice_the_delay() -> None:
    delivery = Delivery(retry=3, backoff_delay=timedelta(milliseconds=200))
    assert pauses(delivery) == pytest.approx([0.4, 0.8, 1.6])


def test_linear_pauses_grow_by_the_delay() -> None:
    delivery = Delivery(retry=4, backoff_policy="linear", backoff_delay=timedelta(milliseconds=200))
    assert pauses(delivery) == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_a_delivery_block_without_retry_means_no_retry() -> None:
    assert pauses(Delivery()) == []


def test_without_a_delivery_block_knative_waits_614_seconds_in_all() -> None:
    assert sum(pauses(NO_DELIVERY_BLOCK)) == pytest.approx(613.8)


def test_a_dead_letter_says_what_happened() -> None:
    answer = Answer(422, b"x" * 2000, [("Kne-Lferr", "boom"), ("content-type", "text/plain")])
    assert error_attributes("http://sink", answer) == {
        "knativeerrordest": "http://sink",
        "knativeerrorcode": "422",
        "knativeerrordata": base64.b64encode(b"x" * 1024).decode(),
        "lferr": "boom",
    }


def test_without_an_answer_a_dead_letter_has_no_code() -> None:
    assert error_attributes("http://sink", Answer(None)) == {"knativeerrordest": "http://sink"}


def test_an_empty_body_leaves_no_error_data() -> None:
    assert "knativeerrordata" not in error_attributes("http://sink", Answer(500))


def test_a_kne_header_with_a_hyphen_is_left_out_and_named() -> None:
    answer = Answer(422, headers=[("Kne-Tenant-Id", "7")])
    assert "tenant-id" not in error_attributes("http://sink", answer)
    assert unusable_kne_names(answer) == ["tenant-id"]
