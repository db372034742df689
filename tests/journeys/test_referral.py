"""A referral that comes back: from co-ordination with questions, and from a manager with words."""


def test_questions_are_answered_and_a_manager_sends_it_back(person, stack):
    alice = person("coordinator")
    alice.opens("/referrals/")
    assert "Urgent" in alice.text()
    alice.is_well()
    ((referral,),) = stack.sql(
        "SELECT r.reference FROM panels_referral r JOIN agencies_user u ON u.id = r.made_by_id "
        "JOIN agencies_area a ON a.id = r.area_id WHERE a.slug = 'bedfordshire' AND r.urgent AND r.decided_at IS NULL"
    )
    # Whoever of the demo's officers wrote it: the probation officer of the cast goes on with it.
    stack.sql(
        "UPDATE panels_referral SET made_by_id = (SELECT id FROM agencies_user WHERE email = 'probation@demo.invalid'), "
        "agency_id = (SELECT agency_id FROM agencies_membership m JOIN agencies_user u ON u.id = m.user_id "
        "WHERE u.email = 'probation@demo.invalid' LIMIT 1) WHERE reference = %s",
        referral,
    )
    alice.opens(f"/referrals/{referral}/")
    assert "What the Guidance asks" in alice.text()
    alice.is_well()
    alice.press("Record decision")
    assert alice.page.title().startswith("Error: ")
    alice.is_well()
    alice.page.locator("[name=answer][value=returned]").check()
    alice.page.fill("[name=reason]", "Which agency finds the address?")
    alice.press("Record decision")

    bob = person("probation")
    bob.opens(f"/referrals/{referral}/write/")
    assert "Which agency finds the address?" in bob.text()
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
