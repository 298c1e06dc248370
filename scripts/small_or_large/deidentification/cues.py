"""Words that tell what stands beside them, short words that are no initials, and what kind of word a token is."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

from functools import lru_cache

from small_or_large.deidentification.people import CREDENTIALS, PARTICLES, STOP, TITLES
from small_or_large.deidentification.words import word

_CUES = {
    "by": "by per",
    "with": "with w",
    "to": "to",
    "from": "from",
    "at": "at",
    "in": "in near",
    "of": "of",
    "and": "and &",
    "for": "for",
    "the": "the a an",
    "be": "is was are were been be",
    "have": "has have had",
    "said": "reviewed reviews agrees agree agreed concurs concur concurred notified informed called calls performed did confirms confirmed requested requests "
    "asked asks wants thinks feels disagrees saw sees operated recommends recommended suggested suggests noted notes believes favours favors signed "
    "presented reports reported states stated underwent aware consented removed excised biopsied examined read gave took told spoke attended complained "
    "says requested dictated grossed verified interpreted telephoned phoned paged faxed discussed brought came went lives lived died presents denies",
    "told": "seen shown discussed spoke spoken speak conveyed telephoned phoned left message voicemail faxed emailed paged relayed given contacted consulted call "
    "notify inform ask tell let check contact fax page return forward send sent referred transferred reviewed referring referral",
    "will": "will would wants should can may to",
    "role": "surgeon pathologist resident fellow physician doctor nurse clinician urologist oncologist gp consultant dermatologist gynecologist attending staff "
    "technologist technician histotech secretary provider operator assistant colleague reviewer reader author transcriptionist interpreter coroner "
    "radiologist internist midwife practitioner pcp anesthesia",
    "kin": "husband wife son daughter mother father sister brother niece nephew aunt uncle cousin spouse partner friend family grandson granddaughter",
    "patient": "patient pt client mr mrs donor infant baby boy girl lady man woman gentleman",
    "copy": "cc copy copies attn re dear subject thanks thank sincerely regards courtesy truly",
    "paper": "name labeled labelled marked requisition label case slide slides container jar specimen block report note letter history",
    "live": "lives live living resides resident born moved travelled traveled grew relocated visiting farmer family town community home native works",
    "move": "transferred admitted treated referred sent surgery biopsy imaging mammogram appointment followed seen tested done read received chemotherapy",
    "road": "street st road rd avenue ave lane ln drive crescent cres close court terrace boulevard blvd highway hwy way",
    "house": "hospital clinic centre center laboratory lab department institute university health medical general regional memorial oncology surgery",
    "time": "today yesterday am pm morning afternoon evening tomorrow week month year",
    "poss": "her his their our my your",
}
CUE = {word: kind for kind, words in _CUES.items() for word in words.split()}


@lru_cache(maxsize=200_000)
def kind(text: str) -> str:
    """The class of a word that its neighbours see."""
    w = word(text)
    if w.shape == "mark":
        return text if text in ".,:;()/-\"'&|=[]?!<>" else "?"
    if w.shape == "number":
        return "9"
    if w.shape == "code":
        return "9a"
    if w.plain in CUE and not (w.shape == "title" and (w.surname > 1 or w.given > 1)):
        return CUE[w.plain]
    if w.plain in CREDENTIALS and w.shape == "upper":
        return "cred"
    if w.plain in TITLES:
        return "dr"
    if w.plain in PARTICLES and w.shape == "lower":
        return "van"
    if w.plain in STOP:
        return "stop"
    return f"{w.shape[0]}{min(w.word, 3)}{'n' if max(w.surname, w.given) else '-'}"


# short words in capitals that are tests, sites, specimens or units, and not a person's or an institution's initials
ABBREVIATIONS = frozenset(
    """er pr her her2 ck cd ct mri pet ihc pas gms afb he fna ldh psa cea dna rna pcr fish ngs tnm ajcc who figo cap asco isup fnclcc uicc clia icd cpt
    rul rml rll lul lll ruq llq rlq luq lad rca svc ivc cbd ln lns slns sln hpf hpfs lvi pni lvsi vpi dcis lcis idc ilc ild scc bcc gbm aml all cll cml mds dlbcl
    nhl mm cm ml kg mg mcg dl ul iu mmol rt lt bx dx hx rx tx sx fx pt pts yo yrs am pm est or icu er ed op opd mdt md do rn np pa bsc phd mph ms msc
    turp turbt tur leep lletz ercp eus ebus cabg tah bso lscs d&c emr esd wle slnb alnd sbrt xrt imrt hiv hpv hsv ebv cmv hbv hcv tb ca cis cin vin ain pin ain
    nos nec nil na n/a tbd qns ffpe ntf ok us usa uk eu bc dob mrn ssn sin phn hcn nhs ref acc attn cc re fyi asap stat prn gi gu ent obs gyn oncology ortho gp ap cp
    egfr alk ros kras nras braf idh mlh msh pms mmr msi mss tmb pdl tps cps ki ttf wt sox pax gata sma ema dog mib bcl muc ae cam hmb hep gfap nse cga syn
    and the for not with was has had but are our his her she him you who out off per see new old end top tip ink red fat may one two six ten no yes in on at to of by as an is it we he be so if up my me do
    left right upper lower mass skin node bone lung colon type part site size wall base apex deep pole cyst duct note date name case page spec pos neg pt mr mrs dr prof sr jr ii iii iv vi vii viii ix
    ast alt bun inr wbc rbc hgb hct plt esr crp tsh bmi bp hr copd chf cad dvt pe mi cva tia dm htn gerd uti ards ckd esrd afp hcg ldl hdl mpo tdt igg iga igm ifn tnf
    myc mycn bcr abl jak jak2 calr mpl tert cdk cdkn rb rb1 tp53 pten vhl nf1 nf2 apc brca ret met fgfr npm flt cebpa runx etv tfe tfeb mdm mdm2 ewsr fus ss18 alk tsc sdh sdhb fh dicer tet dnmt
    oct acis trus qa qc xx xxx loc dor jobid rt lt gm gms em oz sq nb ct pci tma wsi tat lis ehr emr hl7 pdf cap rs idc er2 igh tcr ebna eber lmp ish cish sish dish wt het hom vus fdg suv
    tcga uuid fs fsa fsb fsc amp lab path phos mass dif hsil lsil ascus asc asch agc nilm hpi pmh moc ecc neun evg pgp ec ecs tz gist net nec nen sft mpnst pnet lgl hgpin asap
    nicu picu micu sicu pacu rfa mfh dfsp ups lms wdlps ddlps tace mwa vats pcnl lngfr stumps gct ptc ftc mtc mcc acc hpc hcc rcc chrcc prcc ccrcc""".split()
)
# tokens up to which a text is a note or a letter; a whole report has more words to be mistaken for names
SHORT = 150
# ends of words that no name list knows and that are no names: what a scanner made of a term
ENDINGS = tuple(
    "ally tion tions sion ment ments osis itis oma omas emia ical inal ular ating ness ing ous ive ity ectomy ies ents ized ated ology ically ions ium eum oid emic aemic uria tive tory able ible rior".split()
)
