"""A referral that comes back: from co-ordination with questions, and from a manager with words."""


def test_questions_are_answered_and_a_manager_sends_it_back(person, stack):
    alice = person("coordinator")
    alice.opens("/referrals/")
    assert "Urgent" in alice.text()
    alice.is_well()
    alice.page.locator("main table a", has_text="Screen referral").first.click()
    alice.page.wait_for_load_state()
    assert "What the Guidance asks" in alice.text()
    alice.is_well()
    alice.press("Record decision")
    assert alice.page.title().startswith("Error: ")
    alice.is_well()

    ((referral,),) = stack.sql(
        "SELECT r.reference FROM panels_referral r JOIN agencies_user u ON u.id = r.made_by_id "
        "WHERE u.email = 'probation@demo.invalid' AND r.outcome = 'returned' AND r.back_on IS NOT NULL"
    )
    bob = person("probation")
    bob.opens(f"/referrals/{referral}/write/")
    assert "Which agencies are missing today?" in bob.text()
    bob.is_well()
    plain = person("probation", javascript=False, width=320)
    plain.opens(f"/referrals/{referral}/write/answer/")
    plain.page.fill("[name=answer_words]", "Housing, by Thursday.")
    plain.press("Continue")
    plain.opens(f"/referrals/{referral}/ask/")
    plain.page.locator("[name=manager]").first.check()
    plain.press("Ask")

    maya = person("probation-manager")
    maya.opens(f"/referrals/{referral}/agree/")
    assert "Housing, by Thursday." in maya.text()
    maya.is_well()
    maya.follow("Send it back")
    maya.page.fill("[name=words]", "Name the person in housing.")
    maya.is_well()
    maya.press("Send back")
    bob.opens(f"/referrals/{referral}/write/")
    assert "Name the person in housing." in bob.text()
    bob.opens(f"/referrals/{referral}/send/")
    bob.is_well()
    bob.opens(f"/referrals/{referral}/read/")
    assert "Name the person in housing." in bob.text()
    bob.is_well()
    alice.opens(f"/referrals/{referral}/read/")
    assert "Name the person in housing." not in alice.text()
