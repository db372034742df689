"""What the demo's meetings say: short, plain and about nobody."""

REASONS = (
    "Two breaches of licence within a month, and a new relationship that he did not tell us about.",
    "Release is due and there is nowhere agreed for him to live. The home area of the victim is close by.",
    "His mental health is worse since he stopped his medication. The risk to staff and public has grown.",
    "He was seen near a school twice. The agencies hold different parts of the picture.",
    "Threats to a former partner since she moved. Housing and police must act together.",
    "He moves between addresses and three agencies each know one of them.",
)
ADDED_VALUE = (
    "Housing, health and police each hold a part of the plan. Only a meeting can agree who does what by when.",
    "The plan needs an agreed address and a tag from the first day, which no agency can arrange alone.",
    "Formal meetings let health share what it holds, and bind the agencies to one contingency plan.",
)
QUESTIONS = (
    "Which agencies are missing today? Please say what a meeting would add to your own plan.",
    "The assessment is eight months old. Please review it and refer again if the risk is high.",
)
KEPT = (
    "The lead agency’s plan is robust and the other agencies already work to it.",
    "The risk is managed by the licence and weekly contact. Refer again if he moves.",
)
ACCEPTED = "The risk is high and formal meetings add value: three agencies must agree one plan."
PLACES = {2: "Police headquarters, room 2", 3: "Probation office, board room"}

# What stands under a heading of which there was nothing to say.
CONSIDERED = "Considered. There is nothing to add to the record."
DISSENT = (
    "We would keep the higher level until the programme is finished: two agencies do not know the new address yet."
)
PROPOSALS = (
    (
        "conditions",
        "Parole Board",
        "A licence condition not to enter the town centre after 8pm",
        "All three known offences were there at night.",
        "",
    ),
    (
        "premises",
        "Head of the approved premises",
        "Twelve weeks in approved premises after release",
        "No address is safe until the tenancy begins.",
        "A place is kept from the day of release.",
    ),
)
AWAY = "On leave; nobody could come in the place."
VISITORS = ("Sam Lane", "Ruth Amadi", "Colin Marsh")

# Paragraphs of the minutes, by section.
SAID = {
    "06-relevant": REASONS,
    "09-agencies": (
        (
            "Police: no calls to the address since the last meeting. Probation: kept all appointments but one. "
            "Housing: tenancy in good order, one complaint about noise."
        ),
        (
            "Probation: tested positive once. Health: sees him each fortnight and he takes his medication. "
            "Police: two pieces of intelligence, one of them about a new associate."
        ),
        (
            "Prison: no adjudications in three months, finished the programme. Police: an unannounced visit found "
            "nothing of concern. Social care: no contact with the children."
        ),
    ),
    "10-victims": (
        "The victim liaison officer has spoken to her. She asks for the exclusion zone to include her work.",
        "No known victim lives in the area. Potential victims: partners who do not know of the convictions.",
        "The family has moved and wishes to hear only of release dates.",
    ),
    "14-risk": (
        "High risk of serious harm. Triggers: drinking, the end of a relationship, loss of the tenancy.",
        "The risk is at any time and the impact would be serious. He is most likely to offend online.",
        "Risk is held by the present plan. It would rise at once if he left the approved premises.",
    ),
    "15-plan": (
        (
            "Supervision: weekly, at the office. Monitoring: tag until March, unannounced visits. Interventions: alcohol "
            "treatment. Victim safety: exclusion zone. Contingency: recall if he misses two appointments."
        ),
        (
            "Supervision: twice weekly by probation with police each month. Monitoring: devices checked at visits. "
            "Interventions: programme from the spring. Victim safety: markers on her address. Contingency: emergency "
            "meeting if he is seen in the zone."
        ),
    ),
}
RATIONALE = {
    1: "The plan works without formal meetings. Agencies keep to it, and the lead agency will refer again if it fails.",
    2: "Formal meetings still add value: housing and health are needed, and the risk is high.",
    3: "Senior staff must commit resources at short notice, and there is public interest.",
}
NO_DISCLOSURE = (
    "Considered. Nobody is at risk from not knowing, and he has told his partner himself.",
    "Considered. The landlord knows what he needs to. More would put his tenancy at risk and gain nothing.",
)
DISCLOSURE = (
    (
        "Head teacher of the school at the end of the road",
        "Pupils pass the address. The school can act on it, and he was told.",
    ),
    ("The new partner", "She has two children and does not know. Police and social care tell her together."),
)
RETURNS = {
    "housing": "Tenancy since last year, rent paid. One neighbour complained of shouting at night.",
    "nhs-trust": "Open to the community team. Seen each fortnight, takes his medication.",
    "social-services": "No open plan for the children. We would want to know of any new partner.",
    "jobcentre": "On benefit, no sanctions. Looks for warehouse work.",
    "electronic-monitoring": "Tag fitted, no breaches since the last meeting.",
    "police": "Two calls to the address, no offence. Intelligence to be given at the meeting.",
    "prison": "Enhanced status, no adjudications in three months.",
    "probation": "Reports weekly. Missed one appointment with a reason.",
}
OFFERS = {
    "housing": "We can offer a tenancy away from the town centre, to begin next month.",
    "nhs-trust": "The community team can see him each week for three months and tell probation of missed visits.",
    "social-services": "A social worker can meet any new partner within two weeks.",
}
TASKS = (
    ("police", "Visit the address without notice and report who lives there."),
    ("police", "Put a marker on the victim’s address and check it each month."),
    ("police", "Examine the devices found at the last visit."),
    ("probation", "Ask for a condition not to enter the town centre and tell the meeting the answer."),
    ("probation", "Agree a contingency plan with the approved premises."),
    ("probation", "Refer to the alcohol service and report attendance."),
    ("housing", "Find an address outside the exclusion zone before release."),
    ("housing", "Tell police at once of any complaint at the address."),
    ("nhs-trust", "Say who his care co-ordinator is and how often they meet."),
    ("social-services", "Check whether the new partner’s children are known."),
    ("prison", "Send the release date and the phone contacts list."),
)
DONE = (
    "Done and reported to co-ordination.",
    "Visited. He lives alone there, and let us in.",
    "Agreed, in writing, and added to the plan.",
    "Done; nothing of concern was found.",
)
COMMITTED = (
    ("police", "A surveillance team", "two officers, 8 hours a day", "Superintendent for public protection"),
    ("housing", "A furnished flat outside the zone", "one, kept for him until release", "Head of housing"),
    ("nhs-trust", "A place with the forensic team", "weekly appointments", "Clinical director"),
    ("probation", "An approved premises bed", "one, for twelve weeks", "Head of service"),
)
