"""One person through the whole of MAPPA, with the people who really do it, in a browser."""

from datetime import date, timedelta

import pytest

from agencies.working_days import bank_holidays
from offenders.law.identifiers import pnc

SURNAME = "Quillfeather"
PNC = "2004/0712343W"
CRN = "Q771234"


def put_date(page, field, day):
    for part in ("day", "month", "year"):
        page.locator(f"[name={field}_{part}]").fill(str(getattr(day, part)))


def next_working_day(days):
    day = date.today() + timedelta(days=days)  # noqa: DTZ011  as the browser's user reads the calendar
    while day.weekday() > 4 or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def register(bob, *, surname=SURNAME, crn=CRN, pnc_number=PNC):
    page = bob.page
    bob.opens("/people/register/")
    page.fill("[name=surname]", surname)
    page.fill("[name=forenames]", "Ambrose")
    put_date(page, "born_on", date(1981, 5, 14))
    page.fill("[name=crn]", crn)
    page.fill("[name=pnc]", pnc_number)
    page.select_option("[name=offence]", label=offence(bob))
    put_date(page, "dealt_with_on", date(2025, 3, 3))
    page.fill("[name=court]", "Luton Crown Court")
    page.select_option("[name=disposal]", "imprisonment")
    page.fill("[name=term_years]", "4")
    put_date(page, "licence_ends_on", date(2031, 3, 2))
    page.select_option("[name=area]", label="Bedfordshire")
    page.select_option("[name=lead_agency]", index=lead_agency(page))
    bob.press("Register")


def offence(bob):
    (title,) = bob.stack.sql("SELECT title FROM offenders_offence WHERE schedule_15_part = 1 ORDER BY id LIMIT 1")[0]
    return title


def lead_agency(page):
    names = page.locator("[name=lead_agency] option").all_inner_texts()
    return next(n for n, name in enumerate(names) if "Probation" in name)


def case_reference(stack):
    return stack.sql("SELECT reference FROM offenders_offender WHERE surname = %s", SURNAME)[0][0]


def refer(bob, maya, case, *, level):
    """Bob answers one question a page, his manager agrees, and he sends it."""
    page = bob.page
    bob.opens(f"/people/{case}/refer/")
    bob.press("Begin")
    referral = page.url.split("/")[-3]
    page.locator(".govuk-task-list a").first.click()
    page.wait_for_load_state()
    bob.press("Continue")
    assert page.title().startswith("Error: ")
    bob.is_well()
    for name in ("person", "offence", "risk", "victims", "agencies", "level", "reason", "urgency", "added-value"):
        bob.opens(f"/referrals/{referral}/write/{name}/")
        for box in page.locator("main form [type=checkbox]").all()[:2]:
            box.check()
        for words in page.locator("main textarea").all():
            words.fill("Housing and police must act together after two breaches in a week")
        if name in {"level", "urgency"}:
            page.locator(f"[name=level][value='{level}'], [name=urgent][value=no]").check()
        bob.press("Continue")
    bob.is_well()
    bob.opens(f"/referrals/{referral}/ask/")
    page.locator("[name=manager]").first.check()
    bob.press("Ask")
    maya.opens("/")
    maya.page.locator("tr", has_text=SURNAME).locator("a", has_text="Read the referral").click()
    maya.page.wait_for_load_state()
    maya.page.locator("[name=agreed]").check()
    maya.is_well()
    maya.press("Agree")
    bob.opens(f"/referrals/{referral}/write/")
    assert "6 of 6 completed" in bob.text()
    bob.press("Check your answers and send")
    bob.press("Send referral")
    assert "What happens next" in bob.text()
    bob.is_well()


def test_one_case_from_conviction_to_the_board(person, stack):
    # Probation registers a person. A wrong check letter first: what was typed is kept.
    bob = person("probation")
    register(bob, pnc_number="2004/0712343Z")
    assert bob.page.title().startswith("Error: ")
    assert bob.page.locator("[name=surname]").input_value() == SURNAME
    assert "would be W" in bob.text()
    bob.is_well()
    assert stack.sql("SELECT count(*) FROM offenders_offender WHERE surname = %s", SURNAME) == [(0,)]
    bob.page.fill("[name=pnc]", PNC)
    bob.press("Register")
    case = case_reference(stack)
    assert "Category 2" in bob.text()
    assert "s.327(3)" in bob.text()
    assert SURNAME not in bob.page.title()
    bob.is_well()

    # ... assesses the risk of serious harm, and refers to level 2.
    bob.opens(f"/people/{case}/risk/assess/")
    known = {"children": "3", "public": "3", "known_adult": "2", "staff": "1", "prisoners": "1", "to_self": "1"}
    for group, level in known.items():
        bob.page.locator(f"[name={group}][value='{level}']").check()
        bob.page.locator(f"[name=custody_{group}][value='unknown']").check()
    for words in bob.page.locator("main textarea:not([name=unknown_plan])").all():
        words.fill("Violence when drinking")
    bob.is_well()
    bob.page.locator("main form button").last.click()
    bob.page.wait_for_load_state()
    refer(bob, person("probation-manager"), case, level="2")

    # The coordinator screens and accepts.
    alice = person("coordinator")
    alice.opens("/")
    alice.is_well()
    alice.opens("/referrals/")
    alice.is_well()
    alice.page.locator("tr", has_text=SURNAME).locator("a[href*='/referrals/']").first.click()
    alice.page.wait_for_load_state()
    alice.is_well()
    alice.page.locator("[name=answer]").first.check()
    alice.page.fill("[name=reason]", "Meets the criteria")
    alice.press("Record decision")
    assert stack.sql("SELECT level FROM offenders_offender WHERE reference = %s", case) == [(2,)]

    # ... puts the case on a meeting's agenda with another one.
    alice.opens("/meetings/arrange/")
    alice.page.locator("[name=level][value='2']").check()
    put_date(alice.page, "on", next_working_day(8))
    alice.page.fill("[name=at]", "4:15pm")  # when the chair is at no other meeting
    alice.page.fill("[name=place]", "County Hall")
    (chair,) = stack.sql("SELECT id FROM agencies_user WHERE email = 'chair@demo.invalid'")[0]
    alice.page.select_option("[name=chair]", str(chair))
    alice.is_well()
    alice.press("Arrange meeting")
    meeting = alice.page.url.rstrip("/").rpartition("/")[2]
    alice.page.locator("label", has_text=SURNAME).click()
    other = alice.page.locator("[name=people]:not(:checked)").first
    other.check()
    alice.press("Add to the agenda")
    alice.is_well()
    ((item,),) = stack.sql(
        "SELECT i.reference FROM panels_agendaitem i JOIN offenders_offender o ON o.id = i.offender_id "
        "WHERE o.reference = %s",
        case,
    )

    # ... and invites police, probation, prison and one housing provider, whose grant appears.
    harriet = person("housing")
    assert harriet.opens(f"/people/{case}/") == 404
    alice.opens(f"/items/{item}/invite/")
    alice.is_well()
    for agency in ("Police", "Probation", "Prison", "Housing"):
        alice.page.locator(".govuk-checkboxes__item label", has_text=agency).first.check()
    alice.press("Save invitations")
    alice.opens(f"/people/{case}/who-can-see/")
    assert "Invited to a meeting" in alice.text()
    alice.is_well()

    # Housing sends what it knows, and sees this case and not the other one.
    assert harriet.opens("/") == 200
    assert harriet.opens(f"/people/{case}/") == 200
    harriet.is_well()
    harriet.opens("/")
    harriet.page.locator("main a", has_text="Send information").first.click()
    harriet.page.wait_for_load_state()
    ((invitation,),) = stack.sql(
        "SELECT n.reference FROM panels_invitation n JOIN agencies_agency a ON a.id = n.agency_id "
        "JOIN agencies_membership m ON m.agency_id = a.id JOIN agencies_user u ON u.id = m.user_id "
        "JOIN panels_agendaitem i ON i.id = n.item_id WHERE u.email = 'housing@demo.invalid' AND i.reference = %s",
        item,
    )
    harriet.opens(f"/invitations/{invitation}/information/")
    harriet.press("Send information")
    assert harriet.page.title().startswith("Error: ")
    harriet.is_well()
    harriet.page.fill("[name=text]", "The tenancy ends in June; neighbours have complained twice.")
    harriet.page.locator("[name=audience]").select_option("everyone")
    harriet.press("Send information")
    harriet.is_well()

    # The day comes. Attendance, minutes, disclosure, decision, actions.
    stack.sql("UPDATE panels_meeting SET starts_at = now() - interval '2 hours' WHERE reference = %s", meeting)
    alice.opens(f"/items/{item}/")
    assert "The tenancy ends in June" in alice.text()
    alice.press("Start this item")
    everybody_came(alice)
    box = alice.page.locator("form:has(textarea):has([name=section][value='09-agencies']) textarea")
    with alice.page.expect_response(lambda r: "/paragraphs/" in r.url):
        box.press_sequentially("Police reported two calls to the address.")
    alice.page.locator(".app-saved", has_text="Saved at").first.wait_for()
    risk = alice.page.locator("form:has(textarea):has([name=section][value='14-risk'])")
    risk.locator("[name=audience]").select_option("authority")
    with alice.page.expect_response(lambda r: "/paragraphs/" in r.url and r.status == 200):
        risk.locator("textarea").press_sequentially("Police intelligence: a named source.")
    alice.page.wait_for_timeout(1500)
    alice.is_well()
    decision = alice.page.locator("form:has([name=rationale])")
    decision.locator("[name=level][value='2']").check()
    decision.locator("[name=rationale]").fill("Agencies must act together until the tenancy ends.")
    decision.locator("[name=category][value=confirmed]").check()
    decision.locator("[name=child_sex_offender][value=no]").check()
    decision.locator("[name=disclosure][value=no]").check()
    decision.locator("[name=disclosure_reasons]").fill("Nobody outside the agencies is at risk today.")
    put_date(alice.page, "next_review_on", next_working_day(60))
    alice.press("Record decision")
    add = alice.page.locator("#actions form")
    add.get_by_label("What will be done?").fill("Visit the address and report what was found")
    agencies = add.get_by_label("Which agency does it?")
    names = agencies.locator("option").all_inner_texts()
    agencies.select_option(label=next(name for name in names if "Housing" in name))
    put_date(add, "action-due_on", next_working_day(10))
    add.get_by_role("button", name="Add action").click()
    alice.page.locator("#actions", has_text="Visit the address").wait_for()
    assert stack.sql("SELECT count(*) FROM panels_paragraph WHERE text LIKE 'Police %%'") >= [(2,)]
    finish(alice, stack, item)
    decide_the_other_item(alice, stack, meeting, item)

    # The chair approves; the minutes lock.
    chris = person("chair")
    chris.opens(f"/meetings/{meeting}/approve/")
    chris.press("Approve")
    assert chris.page.title().startswith("Error: ")
    chris.is_well()
    chris.page.locator("[name=accurate]").check()
    chris.page.locator("[name=may_be_sent]").check()
    chris.press("Approve")
    assert stack.sql("SELECT state FROM panels_meeting WHERE reference = %s", meeting) == [("approved",)]
    alice.opens(f"/items/{item}/")
    assert alice.page.locator("form:has([name=rationale])").count() == 0

    # Each reader gets the copy he may read, as page and as PDF.
    alice.opens(f"/meetings/{meeting}/minutes/")
    assert "Police intelligence: a named source." in alice.text()
    alice.is_well()
    harriet.opens(f"/meetings/{meeting}/minutes/")
    assert "Police reported two calls" in harriet.text()
    assert "named source" not in harriet.text()
    assert "Restricted" in harriet.text()
    harriet.is_well()
    pdf = harriet.context.request.get(f"/meetings/{meeting}/minutes.pdf")
    assert pdf.body().startswith(b"%PDF")

    # The review falls due: the worker reminds once, without a name. Who wants it at once does not wait for the morning.
    stack.sql(
        "INSERT INTO agencies_messagechoice (user_id, rhythm, early, weekly, changed_at) "
        "SELECT lead_officer_id, 'at-once', true, true, now() FROM offenders_offender WHERE reference = %s",
        case,
    )
    stack.sql(
        "UPDATE offenders_review SET due_on = current_date FROM offenders_offender o "
        "WHERE o.id = offender_id AND o.reference = %s AND held_on IS NULL",
        case,
    )
    stack.sql("UPDATE offenders_offender SET next_review_on = current_date WHERE reference = %s", case)
    reminded = wait_for_reminder(stack, case)
    assert reminded == [(1,)]
    assert_mail_names_nobody(stack, case)
    bob.opens("/")
    assert SURNAME in bob.text()
    bob.is_well()

    # The board counts it; the lay adviser sees aggregates only; strangers find nothing.
    bea = person("board")
    bea.opens("/board/")
    assert SURNAME not in bea.text()
    bea.is_well()
    assert bea.opens(f"/people/{case}/") == 404
    lee = person("lay-adviser")
    lee.opens("/board/")
    assert lee.page.locator("main a[href^='/people/']").count() == 0
    assert "below 5 it is not given" in lee.text()
    lee.is_well()
    for who in ("nw-coordinator", "health"):
        stranger = person(who)
        assert stranger.opens(f"/people/{case}/") == 404
        stranger.is_well()
        assert stranger.opens(f"/meetings/{meeting}/") == 404
        stranger.opens(f"/people/?words={SURNAME}")
        assert stranger.page.locator("main table").get_by_text(SURNAME).count() == 0
        assert case not in stranger.text()


def everybody_came(alice):
    """Attendance of every invited agency, by whom, and that the statement was read out and agreed."""
    for number, form in enumerate(alice.page.locator("form.app-came").all()):
        form.locator("summary").click()
        with alice.page.expect_response(lambda r: "/attendance/" in r.url):
            form.locator("[value=present]").check()
            form.locator("[name=who]").fill(f"Visitor {number}")
        form.locator(".app-saved", has_text=f"Visitor {number}").wait_for()
    alice.press("Read out, and everyone who came agreed")


def finish(alice, stack, item):
    """Finish an item: the list says what is left to answer, and it is answered."""
    alice.opens(f"/items/{item}/")
    alice.press("Finish this item")
    assert "This item cannot be finished yet" in alice.text()
    if alice.page.locator("form.app-came").count() == 0:
        stack.sql(
            "INSERT INTO panels_invitation (reference, item_id, agency_id, invited_at, invited_by_id, "
            "information_due_on, response, response_reason, attendance, attendance_reason, attended_name, attended_role) "
            "SELECT 'IN-' || id, id, (SELECT lead_agency_id FROM offenders_offender o WHERE o.id = offender_id), now(), "
            "added_by_id, current_date, '', '', 'absent', '', '', '' FROM panels_agendaitem WHERE reference = %s",
            item,
        )
    alice.page.locator("summary", has_text="Victims: open").click()
    for box in alice.page.locator(".app-section:has(h3:has-text('must be answered')) textarea").all():
        if not box.input_value():
            box.fill("Considered. Nothing to add.")
    alice.page.locator("form[data-dirty]").first.wait_for(state="detached")
    alice.press("Finish this item")
    assert "What the record says today is kept with the minutes" in alice.text()


def decide_the_other_item(alice, stack, meeting, item):
    rows = stack.sql(
        "SELECT i.reference FROM panels_agendaitem i JOIN panels_meeting m ON m.id = i.meeting_id "
        "WHERE m.reference = %s AND i.reference <> %s",
        meeting,
        item,
    )
    for (reference,) in rows:
        alice.opens(f"/items/{reference}/")
        decision = alice.page.locator("form:has([name=rationale])")
        decision.locator("[name=level][value='2']").check()
        decision.locator("[name=rationale]").fill("No change.")
        decision.locator("[name=category][value=confirmed]").check()
        decision.locator("[name=child_sex_offender][value=no]").check()
        decision.locator("[name=disclosure][value=no]").check()
        decision.locator("[name=disclosure_reasons]").fill("Nobody at risk.")
        put_date(alice.page, "next_review_on", next_working_day(60))
        alice.press("Record decision")
        finish(alice, stack, reference)


def wait_for_reminder(stack, case):
    """The number of mails sent about the case's review once the first has come, and a while after."""
    import time

    counted = "SELECT count(*) FROM agencies_outboxmessage WHERE state = 'sent' AND body LIKE %s AND key LIKE %s"
    stack.remind_again()
    for _second in range(60):
        rows = stack.sql(counted, f"%{case}%", "%case-review%")
        if rows != [(0,)]:
            break
        time.sleep(1)
    stack.remind_again()
    time.sleep(8)  # that round, and some of the outbox
    return stack.sql(counted, f"%{case}%", "%case-review%")


def assert_mail_names_nobody(stack, case):
    mails = stack.mails()
    assert case in mails
    assert SURNAME not in mails
    assert "Ambrose" not in mails
    assert CRN not in mails
    assert "1981" not in mails


# Two people: the second of one name and date of birth would be asked about.
@pytest.mark.parametrize(("width", "surname"), [(1280, "Larkspur"), (320, "Oyelaran")])
def test_the_case_can_be_registered_without_javascript(person, stack, width, surname):
    bob = person("probation", javascript=False, width=width)
    number = pnc(f"2003/{width:07d}" + letter(2003, width), 2026)
    register(bob, surname=surname, crn=f"N{width:06d}", pnc_number=number)
    assert "Category 2" in bob.text()


def letter(year, serial):
    from offenders.law.identifiers import check_letter

    return check_letter(year, f"{serial:07d}")


def test_a_meeting_is_minuted_without_javascript(person, stack):
    alice = person("coordinator", javascript=False)
    ((item,),) = stack.sql(
        "SELECT i.reference FROM panels_agendaitem i JOIN panels_meeting m ON m.id = i.meeting_id "
        "JOIN agencies_area a ON a.id = m.area_id WHERE a.slug = 'bedfordshire' AND m.state = 'planned' "
        "ORDER BY m.level DESC, i.id LIMIT 1"
    )
    # Its day has come: before it, nobody is recorded as having come.
    stack.sql(
        "UPDATE panels_meeting m SET starts_at = now() - interval '1 hour' FROM panels_agendaitem i "
        "WHERE i.meeting_id = m.id AND i.reference = %s",
        item,
    )
    alice.opens(f"/items/{item}/")

    reason = alice.page.locator("form:has(textarea):has([name=section][value='06-relevant'])")
    reason.locator("textarea").fill("Release is planned for March.")
    reason.get_by_role("button").first.click()
    alice.page.wait_for_load_state()
    alice.page.locator("form:has(input[value=present])").first.locator("input[value=present]").check()
    alice.page.locator("form:has(input[value=present])").first.get_by_role("button").first.click()
    alice.page.wait_for_load_state()

    saved = "SELECT p.text FROM panels_paragraph p JOIN panels_agendaitem i ON i.id = p.item_id "
    assert stack.sql(saved + "WHERE i.reference = %s AND section = '06-relevant'", item)[0][0].startswith("Release is")
    came = "SELECT count(*) FROM panels_invitation n JOIN panels_agendaitem i ON i.id = n.item_id "
    assert stack.sql(came + "WHERE i.reference = %s AND attendance = 'present'", item) == [(1,)]
