"""What happens in the month, in order: an accountant is found, a youth worker is hunted for, a workshop is held."""

from __future__ import annotations

from tests.journeys.lives import hiring, hunting, leaving, town
from tests.journeys.lives.cast import EVERYONE, PAUL, Month
from tests.journeys.simulated import Simulated


def live(house: Simulated) -> None:
    """Let the month go by. Raises StoryFailed where somebody did not get what she should."""
    month = Month(house)
    house.knows(EVERYONE)
    house.staff(PAUL)
    for episode in EPISODES:
        episode(month)


EPISODES = (
    hiring.lea_signs_up,
    hiring.helene_deposits_an_offer,
    hiring.samir_signs_up,
    hiring.lea_applies,
    town.yannick_proposes_a_workshop,
    hiring.samir_takes_it_back_and_sends_it_better,
    hiring.helene_answers_through_the_relay,
    hiring.lea_is_invited,
    hunting.a_second_offer_is_put_right,
    town.two_seats_three_people,
    town.lea_asks_for_an_interview,
    hiring.emily_tries_in_english,
    hiring.the_interview_is_moved,
    hunting.helene_hunts,
    town.lea_is_reminded,
    hiring.samir_asks_for_news,
    hunting.ines_signs_up_and_shows_herself,
    hunting.helene_proposes_and_ines_says_yes,
    hiring.both_are_reminded,
    leaving.nadia_asks_for_the_letter,
    hiring.helene_decides,
    hiring.samir_pauses_and_comes_back,
    leaving.lea_changes_her_rhythm,
    town.a_seat_becomes_free,
    hiring.emily_waits,
    leaving.nadia_reads_it_and_leaves,
    town.the_workshop_is_held,
    hiring.helene_closes_her_offer,
    leaving.lea_is_forgotten,
)
