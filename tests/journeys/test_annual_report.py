"""The annual report in a browser: written by the board and its adviser, approved by another, published, taken away."""


def test_the_report_of_the_year_is_written_approved_and_published(person, stack):
    ((reference,),) = stack.sql(
        "SELECT r.reference FROM reviews_annualreport r JOIN agencies_area a ON a.id = r.area_id "
        "WHERE a.slug = 'bedfordshire' AND r.state = 'draft'"
    )
    alice = person("coordinator")
    alice.opens("/board/reports/")
    alice.is_well()
    alice.opens(f"/board/reports/{reference}/")
    alice.is_well()
    alice.follow("Show them as they were counted")
    assert "as they were counted" in alice.text()
    alice.follow("Write what the board says")
    alice.page.fill("[name=plans]", "Every agency at every meeting.")
    alice.is_well()
    alice.press("Save")
    assert "Every agency at every meeting." in alice.text()

    lee = person("lay-adviser")
    lee.opens(f"/board/reports/{reference}/")
    lee.is_well()
    assert "Table 1" not in lee.text()
    lee.press("Write the lay advisers’ part")
    lee.page.fill("[name=lay_words]", "We watched, and asked.")
    lee.press("Save")
    assert "We watched, and asked." in lee.text()

    bea = person("board")
    bea.opens(f"/board/reports/{reference}/approve/")
    bea.press("Approve")
    assert "Tick this once you have read the report" in bea.text()
    bea.is_well()
    bea.page.check("[name=is_read]")
    bea.press("Approve")

    alice.opens(f"/board/reports/{reference}/publish/")
    alice.press("Publish")
    assert "Published" in alice.text()
    lee.opens(f"/board/reports/{reference}/")
    lee.is_well()
    assert "fewer than" in lee.text()
    with lee.page.expect_download() as taken:
        lee.follow("Download the tables (CSV)")
    assert taken.value.suggested_filename == f"annual-report-{reference}.csv"


def test_the_national_team_reads_a_funnel(person):
    nora = person("national")
    nora.opens("/national/")
    nora.is_well()
    nora.follow("Registered sexual offenders by population")
    nora.is_well()
    assert "than chance" in nora.text()
