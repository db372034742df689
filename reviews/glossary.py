"""The words of the board's pages in plain language, each with the end of its address: /board/glossary/#level-2.

Written for somebody who has never sat on a board. The law they stand on is in docs/boards/board.md.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TERMS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("mappa", _("MAPPA"), _("Multi-Agency Public Protection Arrangements: how police, probation, prison and others work together to protect people from those who have committed serious violent, sexual or terrorist offences.")),
    ("board", _("Strategic Management Board"), _("The senior people of each agency in an area, with two members of the public, who see to it that the arrangements work. The board decides nothing about a person.")),
    ("lay-adviser", _("Lay adviser"), _("A member of the public whom the Secretary of State appoints to the board. A lay adviser asks what others may not think of asking, and has no part in decisions about individual cases.")),
    ("responsible-authority", _("Responsible Authority"), _("The police, the probation service and the prison service of an area, acting together. The law makes them answerable for the arrangements.")),
    ("duty-to-co-operate", _("Duty to co-operate"), _("What the law asks of other agencies, such as housing, health, social care and Jobcentre Plus: to help where they can within their own work.")),
    ("category-1", _("Category 1"), _("People who must tell the police where they live because of a sexual offence.")),
    ("category-2", _("Category 2"), _("People with a longer sentence, or a hospital order, for a violent offence, and some sexual offences.")),
    ("category-3", _("Category 3"), _("Other people who have committed an offence that shows they could cause serious harm, where several agencies must act together.")),
    ("category-4", _("Category 4"), _("People convicted of terrorist offences, or who are a risk of becoming involved in terrorism.")),
    ("level-1", _("Level 1"), _("One agency manages the person in its ordinary work and talks to others when it needs to. Most people are at this level.")),
    ("level-2", _("Level 2"), _("Several agencies meet about the person, because the risk needs their active work together.")),
    ("level-3", _("Level 3"), _("The same with senior managers, because the risk is very high, hard to manage or of great public interest.")),
    ("level-drift", _("Level drift"), _("When the level no longer fits the risk. mappa prompts somebody to look again; the prompt decides nothing.")),
    ("referral", _("Referral"), _("An agency's request that a person be managed at level 2 or 3.")),
    ("screening", _("Screening"), _("Co-ordination reads a referral and decides whether it is accepted, and at which level.")),
    ("coordinator", _("MAPPA co-ordinator"), _("The people who run the arrangements from day to day: they read referrals, arrange meetings and prepare the board's business.")),
    ("panel", _("Panel"), _("The meeting of agencies that discusses people at level 2 or 3.")),
    ("minutes", _("Minutes"), _("The record of a meeting: what was said, what was decided and why.")),
    ("action", _("Action"), _("Something that one agency promises a meeting to do by a day.")),
    ("overdue", _("Overdue"), _("The day has passed and it was not done.")),
    ("disclosure", _("Disclosure"), _("Telling somebody outside the agencies, such as an employer or a new partner, about a risk, because it is needed to protect somebody.")),
    ("risk-of-serious-harm", _("Risk of serious harm"), _("How likely it is that a person causes harm that others find hard or impossible to recover from: low, medium, high or very high.")),
    ("risk-management-plan", _("Risk management plan"), _("What each agency does to keep others safe from one person, and what happens if something goes wrong.")),
    ("review", _("Review"), _("Looking again at a person's risk and plan, by a day that is set beforehand.")),
    ("recall", _("Recall"), _("Being taken back to prison because the conditions of release were broken, or the risk has grown.")),
    ("licence", _("Licence"), _("The conditions under which somebody is released from prison before the whole sentence is over.")),
    ("shpo", _("Sexual harm prevention order"), _("An order of a court that forbids or demands certain things, to protect others from sexual harm.")),
    ("notification", _("Notification requirements"), _("What people convicted of sexual offences must tell the police, such as their address and journeys abroad. Often called the register.")),
    ("attendance", _("Attendance"), _("Of the meetings to which an agency was invited, how many it came to. A deputy counts, and is shown.")),
    ("deputy", _("Deputy"), _("Somebody who comes in the place of a member.")),
    ("target", _("Target"), _("What the board means to reach, for example 90 in 100 reviews on time. Where it comes from stands beside it.")),
    ("median", _("Median"), _("The one in the middle when all are put in order: half waited less, half waited more.")),
    ("rounded", _("Rounded to the nearest 5"), _("Lay advisers read numbers rounded, and “fewer than 5” for small ones, so that nobody can be recognised from them.")),
    ("audit", _("Audit"), _("Reading some cases or meetings with care, to see how well the work is done.")),
    ("serious-further-offence", _("Serious further offence"), _("A very serious offence with which somebody is charged while under supervision.")),
    ("serious-case-review", _("Serious case review"), _("A board's look at what agencies did before somebody in the arrangements was charged with a very serious offence: to learn, not to blame.")),
    ("annual-report", _("Annual report"), _("What the Responsible Authority must publish about each year from 1 April to 31 March.")),
    ("business-plan", _("Business plan"), _("What the board means to achieve in a year, with who does what by when.")),
    ("observing", _("Observing"), _("A lay adviser sits in a level 2 or 3 meeting to see how it works, at least once each quarter, and takes no part in what it decides.")),
    ("standard", _("Standard"), _("A number that the arrangements are held to, such as how soon a referral is decided. An administrator keeps them, each with its source.")),
    ("break-glass", _("Break-glass"), _("Opening a record in an emergency that one could not open otherwise. It is short, needs a reason, and is looked into afterwards.")),
    ("visor", _("ViSOR"), _("The police's database of people who pose a risk of serious harm, also used by probation and prison.")),
)  # fmt: skip
