"""Audits and a serious case review in a browser: what the board reads, what an auditor writes, what a lay adviser is shown."""

TO_WRITE = """
SELECT a.reference, u.email FROM reviews_audit a JOIN agencies_user u ON u.id = a.auditor_id
JOIN reviews_auditsample s ON s.id = a.sample_id JOIN agencies_area r ON r.id = s.area_id
WHERE a.state = 'to-do' AND r.slug = 'bedfordshire' ORDER BY a.id LIMIT 1
"""


def test_audits_and_a_review_are_well_for_everyone(person, stack):
    [(reference, email)] = stack.sql(TO_WRITE)
    auditor = person(email.partition("@")[0])
    auditor.opens(f"/audits/{reference}/")
    auditor.is_well()
    auditor.press("Send to be checked")
    assert "Score this" in auditor.text()
    auditor.is_well()
    for group in auditor.page.locator("fieldset:has(input[type=radio])").all():
        group.locator("input[type=radio]").first.check()
    auditor.press("Send to be checked")
    assert "The audit is sent to be checked." in auditor.text()

    board = person("board")
    board.opens("/board/audits/")
    board.is_well()
    board.opens(f"/board/audits/{reference}/")
    board.is_well()
    board.opens("/board/serious-cases/")
    board.follow("Open")
    board.is_well()

    adviser = person("lay-adviser")
    adviser.opens("/board/serious-cases/")
    adviser.follow("Open")
    assert "Written for you" in adviser.text()
    adviser.is_well()
