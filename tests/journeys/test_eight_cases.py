"""A level 2 meeting of eight people and twelve agencies, from its date to the minutes that each agency reads."""

from types import SimpleNamespace

from tests.journeys.meeting_world import SURNAMES
from tests.journeys.test_one_case import next_working_day, put_date
from tests.papers import has_pango, read_pdf

# The sign-in that reads for each agency, and the words by which its tick box is found.
AGENCIES = {
    "police": "Bedfordshire Police",
    "probation": "Probation Service, Bedfordshire",
    "prison": "Prison Service, Bedfordshire",
    "housing": "Housing, Bedfordshire",
    "health": "Bedfordshire Mental Health Trust",
    "youth-justice": "Youth Justice Service, Bedfordshire",
    "jobcentre": "Jobcentre Plus, Bedfordshire",
    "education": "Education, Bedfordshire",
    "social-care": "Social Care, Bedfordshire",
    "landlord": "Bedfordshire Homes",
    "monitoring": "Electronic Monitoring, Bedfordshire",
    "commissioner": "NHS commissioner, Bedfordshire",
}
AUTHORITY = {"police", "probation", "prison"}
# Who comes for whom. Housing's two are the first and the last, so that an order which spares it a wait exists.
INVITED = dict(
    zip(
        SURNAMES,
        (
            ("police", "probation", "housing", "health"),
            ("police", "probation", "social-care", "jobcentre"),
            ("police", "probation", "youth-justice"),
            ("police", "probation", "health", "commissioner"),
            ("police", "probation", "education"),
            ("police", "probation", "prison"),
            ("police", "probation", "landlord", "monitoring"),
            ("police", "probation", "housing", "social-care"),
        ),
        strict=True,
    )
)
FIRST, LAST = SURNAMES[0], SURNAMES[-1]
SECRET = "A named source told the police"
NAMED = "The nurse knows of a relapse"
SHARED = "Neighbours complained twice"


def items_of(stack, meeting):
    """The items of the meeting by surname."""
    rows = stack.sql(
        "SELECT o.surname, i.reference FROM panels_agendaitem i JOIN panels_meeting m ON m.id = i.meeting_id "
        "JOIN offenders_offender o ON o.id = i.offender_id WHERE m.reference = %s",
        meeting,
    )
    return dict(rows)


def invitation_of(stack, item, agency):
    ((reference,),) = stack.sql(
        "SELECT n.reference FROM panels_invitation n JOIN panels_agendaitem i ON i.id = n.item_id "
        "JOIN agencies_agency a ON a.id = n.agency_id WHERE i.reference = %s AND a.name = %s",
        item,
        AGENCIES[agency],
    )
    return reference


def schedule(alice, stack):
    """The date, the people and the agencies of each; then the order in which agencies wait least."""
    alice.opens("/meetings/arrange/")
    alice.page.locator("[name=level][value='2']").check()
    put_date(alice.page, "on", next_working_day(20))
    alice.page.fill("[name=at]", "8am")  # when the chair is at no other meeting
    alice.page.fill("[name=place]", "Borough Hall")
    ((chair,),) = stack.sql("SELECT id FROM agencies_user WHERE email = 'chair@demo.invalid'")
    alice.page.select_option("[name=chair]", str(chair))
    alice.press("Arrange meeting")
    meeting = alice.page.url.rstrip("/").rpartition("/")[2]
    for surname in SURNAMES:
        alice.page.locator("label", has_text=surname).click()
    alice.press("Add to the agenda")
    items = items_of(stack, meeting)
    assert set(items) == set(SURNAMES)
    for surname, agencies in INVITED.items():
        alice.opens(f"/items/{items[surname]}/invite/")
        boxes = alice.page.locator("[name=agencies]")
        for box in boxes.all():
            box.set_checked(False)
        for agency in agencies:
            alice.page.get_by_label(AGENCIES[agency], exact=True).check()
        alice.press("Save invitations")
    return meeting, items


def answer(one, meeting, response="Yes", *, deputy=None, reason=""):
    """Say for all of the agency's people who comes."""
    one.opens(f"/meetings/{meeting}/agency/")
    one.press("Say who comes")
    one.page.get_by_label(response, exact=True).check()
    if deputy:
        names = one.page.locator("[name=representative] option").all_inner_texts()
        one.page.select_option("[name=representative]", label=next(n for n in names if deputy in n))
        one.page.locator("[name=deputy_for] option").nth(1).wait_for(state="attached")
        mine = one.page.locator("[name=deputy_for] option").all_inner_texts()
        one.page.select_option(
            "[name=deputy_for]", label=next(n for n in mine if n and deputy not in n and "-" not in n)
        )
    if reason:
        one.page.fill("[name=reason]", reason)
    one.press("Save the answer")


def send(one, invitation, text, audience="everyone", *, named=()):
    one.opens(f"/invitations/{invitation}/information/")
    one.page.fill("[name=text]", text)
    one.page.locator("[name=audience]").select_option(audience)
    for agency in named:
        one.page.get_by_label(AGENCIES[agency], exact=True).check()
    one.press("Send information")
    assert "Version 1" in one.text()


def box_of(one, section):
    return one.page.locator(f"#section-{section} textarea").first


def saved(one, section):
    one.page.locator(f"#section-{section} .app-saved", has_text="Saved at").first.wait_for()
    one.page.locator(f"#section-{section} form[data-dirty]").first.wait_for(state="detached")


def two_write_one_paragraph(alice, chris, item):
    """Chris saves first; Alice is told, reads his words beside hers, and keeps both."""
    alice.opens(f"/items/{item}/")
    chris.opens(f"/items/{item}/")
    with chris.page.expect_response(lambda r: "/paragraphs/" in r.url and r.status == 200):
        box_of(chris, "09-agencies").press_sequentially(f"{SHARED}.")
    saved(chris, "09-agencies")
    with alice.page.expect_response(lambda r: "/paragraphs/" in r.url and r.status == 409):
        box_of(alice, "09-agencies").press_sequentially("The tenancy ends in June.")
    clash = alice.page.locator("#section-09-agencies .app-saved")
    assert f"{SHARED}." in clash.inner_text()
    assert box_of(alice, "09-agencies").input_value() == "The tenancy ends in June."
    box_of(alice, "09-agencies").fill(f"{SHARED}. The tenancy ends in June.")
    with alice.page.expect_response(lambda r: "/paragraphs/" in r.url and r.status == 200):
        clash.get_by_role("button", name="I have read it: save my text").click()
    alice.page.wait_for_load_state()


def one_loses_the_connection(alice, item):
    """What is typed stays on the page, is said not to be saved, and saves itself; the browser keeps none of it."""
    alice.opens(f"/items/{item}/")
    alice.context.set_offline(True)
    box_of(alice, "17-visor" if alice.page.locator("#section-17-visor").count() else "15-plan").press_sequentially(
        "Typed without a connection."
    )
    alice.page.get_by_text("Not saved").first.wait_for()
    with alice.page.expect_response(lambda r: "/paragraphs/" in r.url and r.status == 200, timeout=40000):
        alice.context.set_offline(False)
    alice.page.locator("form[data-dirty]").first.wait_for(state="detached")
    kept = alice.page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, "
        "(await caches.keys()).length]"
    )
    assert kept == [0, 0, 0, 0]


def minute(one, item, surname):
    """One person's item from who came to finished."""
    one.opens(f"/items/{item}/")
    if one.page.get_by_role("button", name="Start this item").count():
        one.press("Start this item")
    for number, form in enumerate(one.page.locator("form.app-came").all()):
        form.locator("summary").click()
        with one.page.expect_response(lambda r: "/attendance/" in r.url):
            form.locator("[value=present]").check()
            form.locator("[name=who]").fill(f"Attender {number}")
        form.locator(".app-saved", has_text=f"Attender {number}").wait_for()
    one.press("Read out, and everyone who came agreed")
    one.page.locator("summary", has_text="Victims: open").click()
    for box in one.page.locator(".app-section:has(h3:has-text('must be answered')) textarea").all():
        if not box.input_value():
            box.fill(f"Considered for {surname}.")
    one.page.locator("form[data-dirty]").first.wait_for(state="detached", timeout=30000)
    decision = one.page.locator("form:has([name=rationale])")
    decision.locator("[name=level][value='2']").check()
    decision.locator("[name=rationale]").fill(f"Agencies must go on together with {surname}.")
    decision.locator("[name=category][value=confirmed]").check()
    decision.locator("[name=child_sex_offender][value=no]").check()
    decision.locator("[name=disclosure][value=no]").check()
    decision.locator("[name=disclosure_reasons]").fill("Nobody outside the agencies is at risk today.")
    put_date(one.page, "next_review_on", next_working_day(60))
    one.press("Record decision")
    one.press("Finish this item")
    assert "What the record says today is kept with the minutes" in one.text(), one.text()


def agree_an_action(one, item, agency, what):
    one.opens(f"/items/{item}/")
    add = one.page.locator("#actions form")
    add.get_by_label("What will be done?").fill(what)
    add.get_by_label("Which agency does it?").select_option(label=AGENCIES[agency])
    put_date(add, "action-due_on", next_working_day(10))
    add.get_by_role("button", name="Add action").click()
    one.page.locator("#actions", has_text=what).wait_for()


def must_and_must_not(agency):
    """The words that stand in an agency's minutes, and those that do not.

    An authority that was not there for somebody says first why it reads of him: until then his minutes are not shown.
    """
    mine = {surname for surname, agencies in INVITED.items() if agency in agencies}
    must = set(mine)
    must_not = set(SURNAMES) - mine
    words = {
        SECRET: FIRST in mine and agency in AUTHORITY,
        NAMED: agency in {"health", "commissioner"},
        SHARED: FIRST in mine,
        "Visit the flat and report": FIRST in mine,
    }
    for word, stands in words.items():
        (must if stands else must_not).add(word)
    return must, must_not


def read(one, meeting):
    """The agency's PDF, in one line."""
    answered = one.context.request.get(f"/meetings/{meeting}/minutes.pdf")
    assert answered.status == 200
    document, words = read_pdf(SimpleNamespace(content=answered.body()))
    for sheet in document.pages:
        assert "OFFICIAL-SENSITIVE" in sheet.extract_text()
    return words


def test_eight_people_twelve_agencies_and_each_its_own_minutes(person, stack):
    cases = stack.meeting()
    before = len(stack.mails())
    alice, chris = person("coordinator"), person("chair")
    meeting, items = schedule(alice, stack)

    # Arranged so that agencies wait least: the page says how much less before anybody agrees.
    alice.opens(f"/meetings/{meeting}/order/")
    assert "minutes that they would wait in this order" in alice.text()
    alice.is_well()
    alice.press("Take this order")
    alice.is_well()

    # Five browsers: two who build and write, and three agencies that answer and send.
    harriet, hal, olive = person("housing"), person("health"), person("police")
    for one in (harriet, hal):
        assert one.opens(f"/people/{cases[SURNAMES[2]]}/") == 404
    answer(harriet, meeting, "Yes, a deputy comes", deputy="Housing Deputy")
    answer(hal, meeting)
    answer(olive, meeting)
    harriet.is_well()
    send(harriet, invitation_of(stack, items[FIRST], "housing"), "Rent is paid.")
    send(
        hal,
        invitation_of(stack, items[SURNAMES[3]], "health"),
        f"{NAMED}.",
        "named",
        named=("commissioner",),
    )
    send(olive, invitation_of(stack, items[FIRST], "police"), f"{SECRET}.", "authority")

    # The day comes: two write in one item, one loses the connection, and nothing is lost.
    stack.sql("UPDATE panels_meeting SET starts_at = now() - interval '5 hours' WHERE reference = %s", meeting)
    two_write_one_paragraph(alice, chris, items[FIRST])
    one_loses_the_connection(alice, items[FIRST])
    agree_an_action(alice, items[FIRST], "housing", "Visit the flat and report")
    for number, (surname, item) in enumerate(items.items()):
        minute((alice, chris)[number % 2], item, surname)
    texts = stack.sql(
        "SELECT string_agg(text, ' ') FROM panels_paragraph p JOIN panels_agendaitem i ON i.id = p.item_id "
        "WHERE i.reference = %s",
        items[FIRST],
    )[0][0]
    for words in (f"{SHARED}. The tenancy ends in June.", "Typed without a connection."):
        assert words in texts

    chris.opens(f"/meetings/{meeting}/approve/")
    chris.page.locator("[name=accurate]").check()
    chris.page.locator("[name=may_be_sent]").check()
    chris.press("Approve")
    assert stack.sql("SELECT state FROM panels_meeting WHERE reference = %s", meeting) == [("approved",)]

    # Twelve agencies read twelve different minutes.
    here = {"housing": harriet, "health": hal, "police": olive}
    for agency in AGENCIES:
        one = here.get(agency) or person(agency)
        one.opens(f"/meetings/{meeting}/minutes/")
        assert agency in AUTHORITY or "Restricted" in one.text()
        must, must_not = must_and_must_not(agency)
        for words in filter(None, (one.text(), read(one, meeting) if has_pango() else "")):
            assert [word for word in must if word not in words] == [], agency
            assert [word for word in must_not if word in words] == [], agency
        one.close()
    told = stack.mails()
    assert len(told) > before
    assert [surname for surname in SURNAMES if surname in told] == []
