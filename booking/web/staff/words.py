"""What states, kinds, needs and acts are called on the desk."""

from __future__ import annotations

from booking.base.texts import lazy
from booking.catalogue.groups import GroupState
from booking.outbox import kinds
from booking.outbox.messages import MessageState
from booking.people.fit import Need
from booking.people.registrations import RegistrationState
from booking.places.autopilot import Trouble
from booking.places.offers import OfferState
from booking.places.placements import PlacementState
from booking.places.runs import DecisionState, RunState

REGISTRATION = {
    RegistrationState.UNCONFIRMED: lazy("Inte bekräftad"),
    RegistrationState.WAITING: lazy("Står i kö"),
    RegistrationState.PLACED: lazy("Har plats"),
    RegistrationState.COMPLETED: lazy("Har gått klart"),
    RegistrationState.WITHDRAWN: lazy("Vill inte längre"),
    RegistrationState.CLOSED: lazy("Avslutad"),
}
GROUP = {
    GroupState.HIDDEN: lazy("Dold"),
    GroupState.OPEN: lazy("Öppen"),
    GroupState.CANCELLED: lazy("Inställd"),
    GroupState.ENDED: lazy("Slut"),
}
OFFER = {
    OfferState.OPEN: lazy("Väntar på svar"),
    OfferState.ACCEPTED: lazy("Ja"),
    OfferState.DECLINED: lazy("Nej"),
    OfferState.EXPIRED: lazy("Inget svar i tid"),
    OfferState.WITHDRAWN: lazy("Återtaget"),
}
PLACEMENT = {
    PlacementState.HELD: lazy("Erbjuden"),
    PlacementState.TAKEN: lazy("Har plats"),
    PlacementState.DECLINED: lazy("Tackade nej"),
    PlacementState.LAPSED: lazy("Erbjudandet föll"),
    PlacementState.LEFT: lazy("Lämnade"),
    PlacementState.MOVED: lazy("Flyttad"),
    PlacementState.CANCELLED: lazy("Gruppen ställdes in"),
    PlacementState.COMPLETED: lazy("Gick klart"),
}
RUN = {
    RunState.REQUESTED: lazy("Väntar på beräkning"),
    RunState.COMPUTING: lazy("Beräknas"),
    RunState.PROPOSED: lazy("Förslag"),
    RunState.PUBLISHED: lazy("Publicerat"),
    RunState.DISCARDED: lazy("Kastat"),
    RunState.FAILED: lazy("Misslyckades"),
    RunState.TRIED: lazy("Prövat"),
    RunState.UNCHANGED: lazy("Inget hade ändrats"),
}
DECISION = {
    DecisionState.PROPOSED: lazy("Förslag"),
    DecisionState.EXCLUDED: lazy("Hålls tillbaka"),
    DecisionState.OFFERED: lazy("Erbjuden"),
    DecisionState.STALE: lazy("Blev inget erbjudande"),
}
MESSAGE = {
    MessageState.QUEUED: lazy("I kö"),
    MessageState.SENDING: lazy("Skickas"),
    MessageState.SENT: lazy("Skickat"),
    MessageState.DELIVERED: lazy("Framme"),
    MessageState.FAILED: lazy("Misslyckades"),
    MessageState.UNKNOWN: lazy("Oklart"),
    MessageState.DROPPED: lazy("Behövdes inte"),
}
CHANNEL = {"sms": lazy("Sms"), "email": lazy("Mejl")}
NEED = {
    Need.PROGRAMME: lazy("ett annat program"),
    Need.AGE: lazy("barnet har en annan ålder"),
    Need.DISTRICT: lazy("en stadsdel de inte har valt"),
    Need.ONLINE: lazy("på nätet"),
    Need.WEEKDAY: lazy("en annan veckodag"),
    Need.LANGUAGE: lazy("ett annat språk"),
    Need.INTERPRETER: lazy("ingen tolk"),
    Need.STEP_FREE: lazy("trappor"),
    Need.CHILDCARE: lazy("ingen barnpassning"),
}
ACT = {
    "unconfirmed": lazy("Anmälan skickades, men var inte bekräftad"),
    "calendar address made": lazy("Gjorde en kalenderadress"),
    "calendar address closed": lazy("Stängde kalenderadressen"),
    "contact given": lazy("Lämnade en ny kontaktväg"),
    "sms stopped": lazy("Vill inte ha fler sms"),
    "sms started": lazy("Vill ha sms igen"),
    "mail stopped": lazy("Vill inte ha fler mejl"),
    "mail started": lazy("Vill ha mejl igen"),
    "message choices changed": lazy("Ändrade hur vi skriver"),
    "kept apart": lazy("Ska inte gå i samma grupp som en annan familj"),
    "registered": lazy("Anmälan kom in"),
    "closed": lazy("Anmälan avslutades"),
    "answers changed": lazy("Svaren ändrades"),
    "still wanted": lazy("Familjen vill fortfarande ha plats"),
    "registration withdrawn": lazy("Anmälan togs bort"),
    "withdrawn by staff": lazy("Togs bort av samordnare"),
    "group left": lazy("Lämnade gruppen"),
    "offer made": lazy("Erbjudande skickades"),
    "offer accepted": lazy("Tackade ja"),
    "offer declined": lazy("Tackade nej"),
    "offer expired": lazy("Svarade inte i tid"),
    "offer withdrawn": lazy("Erbjudandet togs tillbaka"),
    "spoken with": lazy("Någon har pratat med familjen"),
    "offer told by phone": lazy("Fick veta om erbjudandet per telefon"),
    "call no answer": lazy("Ringde, ingen svarade"),
    "call wrong number": lazy("Ringde fel nummer"),
    "call interpreter": lazy("Ringde, behövde tolk"),
    "call thinking": lazy("Ringde, de ville tänka"),
    "wrong number": lazy("Numret markerades som fel"),
    "number changed": lazy("Fick ett nytt nummer"),
    "invited": lazy("Bjöds in till ledig plats"),
    "invitation accepted": lazy("Tog en plats med kort varsel"),
    "invitation declined": lazy("Nej till en plats med kort varsel"),
    "offered by hand": lazy("Erbjöds plats för hand"),
    "placed by hand": lazy("Placerades för hand"),
    "moved by hand": lazy("Flyttades till en annan grupp"),
    "decision excluded": lazy("Hölls tillbaka i ett förslag"),
    "decision released": lazy("Hålls inte längre tillbaka i ett förslag"),
    "run requested": lazy("Fördelningen begärdes"),
    "run tried": lazy("Andra storlekar provades"),
    "run published": lazy("Förslaget publicerades"),
    "run discarded": lazy("Förslaget kastades"),
    "publishing undone": lazy("Det som inte var skickat ångrades"),
    "autopilot set": lazy("Autopiloten ändrades"),
    "autopilot restarted": lazy("Autopiloten fick fortsätta"),
    "autopilot stopped": lazy("Autopiloten stannade"),
    "autopilot published": lazy("Autopiloten publicerade"),
    "offer prolonged": lazy("Svarstiden förlängdes"),
    "pinned": lazy("Fick en bestämd grupp"),
    "left out": lazy("Lämnades utanför fördelningen"),
    "steer lifted": lazy("Fördelas som vanligt igen"),
    "steer standing": lazy("Den bestämda gruppen gäller igen"),
    "steer used": lazy("Erbjöds sin bestämda grupp"),
    "steer fallen": lazy("Den bestämda gruppen gick inte längre"),
    "place held": lazy("Plats hålls"),
    "place taken": lazy("Plats tagen"),
    "place declined": lazy("Platsen blev fri: nej"),
    "place lapsed": lazy("Platsen blev fri: inget svar eller återtagen"),
    "place left": lazy("Platsen lämnades"),
    "place moved": lazy("Platsen lämnades vid flytt"),
    "place cancelled": lazy("Platsen försvann: gruppen ställdes in"),
    "place completed": lazy("Gruppen tog slut"),
    "group made": lazy("Gruppen lades upp"),
    "group opened": lazy("Gruppen öppnades"),
    "group changed": lazy("Gruppen ändrades"),
    "group cancelled": lazy("Gruppen ställdes in"),
    "group merged": lazy("Gruppen slogs ihop med en annan"),
    "group merged into": lazy("En annan grupp slogs ihop med den här"),
    "interest asked": lazy("Fick frågan om en grupp i ett annat program"),
    "interest declined": lazy("Tackade nej till en grupp i ett annat program"),
    "interest asked for": lazy("Familjer som väntar på annat fick frågan"),
    "minimum lowered": lazy("Minsta antalet sänktes"),
    "decision put off": lazy("Beslutet sköts upp"),
    "start postponed": lazy("Starten sköts upp"),
    "group ended": lazy("Gruppen tog slut"),
    "session cancelled": lazy("En träff ställdes in"),
    "reminder plan changed": lazy("Påminnelserna ändrades"),
    "contact noted": lazy("En ledare har haft kontakt efter en frånvaro"),
    "message sent again": lazy("Ett meddelande skickades igen"),
    "message hurried": lazy("Ett meddelande skickades fast det var natt"),
    "messages held": lazy("Utskick stoppades"),
    "messages let go": lazy("Utskicken fick gå igen"),
    "replies read": lazy("Familjens svar via sms lästes"),
    "message read": lazy("Texten i ett meddelande lästes"),
    "openings asked for": lazy("Listan över nya grupper räknades om"),
    "certificate given": lazy("Intyg gavs"),
    "certificate ended": lazy("Intyget avslutades"),
}

STOPPED = {
    Trouble.PLAN_FAILED.value: lazy("Det senaste förslaget klarade inte kontrollen."),
    Trouble.DELIVERY.value: lazy("För många meddelanden kom inte fram."),
    Trouble.REFUSALS.value: lazy("För många sa nej eller svarade inte."),
    Trouble.UNDONE.value: lazy("Någon tog tillbaka erbjudanden."),
}


def act(action: str) -> str:
    """An act of the audit log in words; one without words as it is written."""
    return str(ACT.get(action, action))


def kind(name: str) -> str:
    """A kind of message in words."""
    return kinds.label(name)


def stopped(code: str) -> str:
    """Why an autopilot stopped, in short; the code itself when it is not known."""
    return str(STOPPED.get(code, code))
