"""Invented names and numbers. The numbers have the right shape and check letter and belong to nobody here."""

from datetime import date, timedelta
from random import Random

from mappa.reference_numbers import ALPHABET
from offenders.law.identifiers import check_letter


def _names(text: str) -> list[str]:
    return text.split()


MEN = _names(
    "Aaron Adam Adrian Alan Alex Amir Andrew Anthony Barry Ben Bilal Bradley Brian Callum Carl Charlie Chris Colin "
    "Connor Craig Dale Damian Daniel Darren David Dean Dylan Edward Elliot Eric Ethan Ewan Francis Gareth Gary George "
    "Glen Gordon Graham Harry Hassan Howard Hugh Ian Imran Isaac Ivan Jack Jake James Jamie Jason Jeremy Joel John "
    "Jordan Joseph Joshua Karl Keith Kenneth Kevin Kieran Kyle Lee Leon Lewis Liam Luke Malcolm Marcus Mark Martin "
    "Matthew Michael Mohammed Nathan Neil Nicholas Nigel Oliver Omar Owen Patrick Paul Peter Philip Ravi Raymond "
    "Rhys Richard Robert Robin Roger Ronald Ross Roy Ryan Samuel Scott Sean Simon Stephen Stuart Terence Thomas "
    "Timothy Tony Trevor Tyler Victor Vincent Walter Warren Wayne William Yusuf Zach"
)
WOMEN = _names(
    "Abigail Aisha Alice Amanda Amy Angela Anita Anna Beth Bronwen Carol Catherine Charlotte Cheryl Claire Deborah "
    "Denise Diane Donna Eleanor Elizabeth Emily Emma Fatima Fiona Frances Gemma Grace Hannah Harriet Heather Helen "
    "Holly Jane Janet Jennifer Jessica Joanna Karen Kate Kelly Laura Linda Lisa Lucy Margaret Maria Megan Michelle "
    "Natalie Nicola Nina Olivia Patricia Priya Rachel Rebecca Rhian Rosemary Ruth Sally Samantha Sandra Sarah Shanice "
    "Sharon Sian Sophie Stacey Susan Tanya Teresa Tracey Vanessa Wendy Zara Zoe"
)
SURNAMES = _names(
    "Abbott Adams Ahmed Ali Allen Anderson Archer Armstrong Ashby Atkins Austin Bailey Baker Baldwin Barker Barnes "
    "Barrett Barton Bates Baxter Begum Bell Bennett Berry Bird Bishop Black Blake Bolton Bond Booth Bowen Bradley "
    "Bradshaw Brady Bray Briggs Brooks Brown Bryant Buckley Bull Burgess Burke Burns Burton Butcher Butler Byrne "
    "Cameron Campbell Carr Carter Chambers Chapman Clark Clarke Clements Cole Coleman Collins Connolly Cook Cooper "
    "Cox Craig Cross Crossley Cunningham Curtis Dale Daly Davey Davies Davis Dawson Day Dean Dixon Dobson Doherty "
    "Douglas Doyle Duffy Duncan Dunn Dyer Edwards Elliott Ellis Evans Farmer Farrell Faulkner Ferguson Field Finch "
    "Fisher Fleming Fletcher Flynn Forster Foster Fowler Fox Francis Franklin Fraser Freeman French Frost Gallagher "
    "Gardiner Gardner George Gibbons Gibbs Gibson Gilbert Giles Gill Glover Goddard Goodwin Gordon Gough Graham Grant "
    "Gray Green Gregory Griffin Griffiths Hale Hall Hamilton Hammond Hancock Hanson Harding Hardy Harper Harris "
    "Harrison Hart Harvey Hawkins Hayes Haynes Heath Henderson Henry Herbert Hewitt Hicks Higgins Hill Hilton Hobbs "
    "Hodgson Holland Holmes Holt Hooper Hope Hopkins Horton Howard Howe Howell Hudson Hughes Humphreys Hunt Hunter "
    "Hussain Hutchinson Ingram Iqbal Jackson James Jarvis Jenkins Jennings John Johnson Johnston Jones Jordan Joyce "
    "Kaur Kay Kelly Kemp Kennedy Kent Kerr Khan King Kirby Knight Lamb Lambert Lane Law Lawrence Lawson Leach Lee "
    "Lees Lewis Little Lloyd Long Lord Lowe Lucas Lynch Macdonald Mahmood Mann Manning Marsh Marshall Martin Mason "
    "Matthews May Mccarthy Mccormack Mcdonald Mckenzie Mellor Metcalfe Middleton Miles Miller Mills Mitchell Moore "
    "Moran Morgan Morley Morris Morrison Morton Moss Murphy Murray Myers Nash Naylor Nelson Newman Newton Nicholls "
    "Nicholson Noble Nolan Norman Norris Norton O’Brien O’Connor O’Neill Okafor Oliver Osborne Owen Owens Page Palmer "
    "Parker Parkin Parry Parsons Patel Patterson Payne Pearce Pearson Perkins Perry Peters Phillips Pickering Plant "
    "Pollard Poole Porter Potter Powell Power Pratt Preston Price Pritchard Pugh Quinn Rahman Ramsey Randall Read "
    "Rees Reid Reynolds Rhodes Richards Richardson Riley Roberts Robertson Robinson Robson Rogers Rose Ross Rowe "
    "Rowley Russell Ryan Sanders Saunders Savage Schofield Scott Shah Sharp Shaw Shepherd Short Simmons Simpson Sims "
    "Sinclair Singh Skinner Slater Smart Smith Spencer Stanley Steele Stephens Stephenson Stevens Stevenson Stewart "
    "Stokes Stone Storey Sullivan Sutton Swift Talbot Tate Taylor Thomas Thompson Thomson Thorne Thornton Todd "
    "Townsend Tucker Turnbull Turner Tyler Vaughan Vincent Wade Walker Wall Wallace Wallis Walsh Walters Walton Ward "
    "Warner Warren Waters Watkins Watson Watts Webb Webster Welch Wells West Weston Wheeler White Whitehead Whittaker "
    "Wilkins Wilkinson Williams Williamson Willis Wilson Winter Wood Woods Woodward Wright Wyatt Yates Young"
)

# Steps that share no factor with what they go round in: every number is met once before any comes again.
_REFERENCES = len(ALPHABET) ** 8
_REFERENCE_STEP = 123_456_789_013
_NUMBER_STEP = 7_368_787


def officer_name(rng: Random) -> str:
    """A first and last name of somebody who works."""
    return f"{rng.choice(rng.choice((MEN, WOMEN)))} {rng.choice(SURNAMES)}"


def offender_name(rng: Random) -> tuple[str, str]:
    """Last name and first names: nineteen in twenty men, some with two last names."""
    first = MEN if rng.random() < 0.95 else WOMEN
    surname = rng.choice(SURNAMES)
    if rng.random() < 0.04:
        surname = f"{surname}-{rng.choice(SURNAMES)}"
    forenames = rng.choice(first)
    if rng.random() < 0.5:
        forenames = f"{forenames} {rng.choice(first)}"
    return surname, forenames


def born_before(rng: Random, day: date) -> date:
    """A date of birth that makes somebody 18 to 70 on a day."""
    return day - timedelta(days=rng.randint(18 * 366, 70 * 365))


def reference(prefix: str, number: int) -> str:
    """The reference of the so-manieth thing: like `new_reference`, but the same each time, and never the same twice."""
    rest = ((number + 1) * _REFERENCE_STEP) % _REFERENCES
    letters = []
    for _place in range(8):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return f"{prefix}-{''.join(letters[:4])}-{''.join(letters[4:])}"


def pnc(number: int, year: int) -> str:
    """A PNC number with its check letter."""
    serial = f"{number * _NUMBER_STEP % 10_000_000:07d}"
    return f"{year}/{serial}{check_letter(year, serial)}"


def crn(number: int) -> str:
    """A CRN; the letter X is used for no other."""
    return f"X{number * _NUMBER_STEP % 1_000_000:06d}"


def noms(number: int) -> str:
    """A prison number."""
    rest, digits = divmod(number * _NUMBER_STEP % 10_000_000, 10_000)
    first, last = divmod(rest, 26)
    return f"{chr(65 + first // 26)}{digits:04d}{chr(65 + first % 26)}{chr(65 + last)}"


def other_name(number: int, surname: str) -> tuple[str, str]:
    """Another name by which somebody goes: drawn by the number, so that it takes nothing from the other draws."""
    names = Random(number)  # noqa: S311  invented people, not secrets
    return names.choice([name for name in SURNAMES if name != surname]), names.choice(MEN)
