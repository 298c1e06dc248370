"""Well-known hospitals, cancer centres and laboratories by the short names that reports call them by."""

# ruff: noqa: E501 - lists are harder to read when wrapped

import re

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.anchors import register
from small_or_large.deidentification.words import tokens_of

# names that stand for nothing else
_ALWAYS = r"""
Abington Memorial|Addenbrooke['’]?s|Advocate Christ|Alfred Health|Allina Health|AmeriPath|Ascension St|Atrium Health|Aurora Diagnostics|Austin Health|Baptist Memorial|Barts Health|Baylor St|Baystate|
BC Children['’]?s|BC Women['’]?s|Beaumont Hospital|Ben Taub|Beth Israel(?: Deaconess)?|Bio-?Reference(?: Lab(?:oratorie)?s)?|Bon Secours|Boston Medical|Brampton Civic|Brigham(?: and Women['’]?s)?|
Calgary Laboratory Services|Canterbury Health Lab(?:oratorie)?s|CancerCare Manitoba|Caris Life Sciences|Carolinas Medical|Cedars[- ]Sinai|Charing Cross|Christiana Care|Christie Hospital|Clalit|Cleveland Clinic|ClinPath|
Concord Repatriation|Credit Valley|Cross Cancer(?: Institute)?|Dahl[- ]Chase|Dana[- ]Farber(?: Cancer Institute)?|Dartmouth[- ]Hitchcock|Dorevitch|Douglass Hanly Moir|Dynacare|DynaLIFE(?:Dx)?|Eastern Health|
Emory(?: Midtown| Saint Joseph['’]?s| Decatur)?|Epworth|Essentia Health|Etobicoke General|Fletcher Allen|Foothills(?: Medical Centre| Hospital)|Foundation Medicine|Fox Chase|Fred Hutch(?:inson)?|Fremantle Hospital|
Gamma-?Dynacare|Geisinger|Genomic Health|Grady Memorial|Grand River Hospital|Grantham Hospital|Great Ormond Street|Guardant(?: Health)?|Gustave Roussy|Guy['’]s and St Thomas['’]?|Hackensack(?: Meridian| University)?|Hammersmith Hospital|Harborview|
Henry Ford(?: Health| Hospital)?|Hennepin County Medical|H[ôo]pital (?:Notre[- ]Dame|Maisonneuve[- ]Rosemont|Saint-Luc|Sainte-Justine|du Sacr[ée][- ]C(?:oe|œ)ur|Charles[- ]Le ?Moyne|Santa Cabrini)|Hoag Memorial|Houston Methodist|Humber River|Huntsman Cancer|
Inform Diagnostics|Inova Fairfax|InCyte(?: Diagnostics)?|Intermountain(?: Health(?:care)?)?|Jackson Memorial|Jewish General|John Radcliffe|Johns Hopkins|Joseph Brant|Juravinski(?: Cancer Centre| Hospital)?|Kaiser Permanente|Karolinska|Kelowna General|Kingston General|
Lab ?Corp(?: of America)?|Lakeridge Health|Lahey(?: Clinic| Hospital)?|Landspitali|Lancet Lab(?:oratorie)?s|Laverty Pathology|Life ?Labs|Lions Gate(?: Hospital)?|LHSC(?: (?:University|Victoria) (?:Campus|Hospital))?|London Health Sciences|Lurie Children['’]?s|Mackenzie Health|Maimonides|Maisonneuve[- ]Rosemont|Markham Stouffville|
Mass(?:achusetts)? General|Mater (?:Dei|Hospital|Misericordiae|Private|Pathology)|Mayo (?:Clinic|Medical Lab(?:oratorie)?s)|McGill University|McMaster(?: University| Children['’]?s)?|MedStar|Melbourne Pathology|Memorial Hermann|(?:Memorial )?Sloan[- ]Kettering|Mercy (?:Hospital|Health|Medical)|MetroHealth|Middlemore|Milton S\.? Hershey|
Mississauga Hospital|Moffitt(?: Cancer)?|Monash (?:Health|Medical)|Montefiore(?: Medical| Einstein)?|Montreal (?:General|Heart)|Moorfields|Mount Sinai|Mt\.? Sinai|Myriad(?: Genetics| Genetic Lab(?:oratorie)?s)?|M\.? ?D\.? Anderson|National Jewish|Nationwide Children['’]?s|NeoGenomics|NewYork[- ]Presbyterian|North Shore LIJ|North York General|Northside Hospital|Northwell(?: Health)?|Northwestern Memorial|
Oakville[- ]Trafalgar|Ochsner(?: Health| Clinic| Medical| Baptist)?|Orillia Soldiers|Ottawa (?:Civic|General|Hospital)|Papworth|PathGroup|PathWest|PathCare|PathAdvantage|Peter MacCallum|Peter Lougheed|Piedmont Atlanta|Princess (?:Margaret|Alexandra)|ProPath|Prince of Wales Hospital|Providence Sacred Heart|Quest Di ?agnostics|Queen Elizabeth II|Queensway[- ]Carleton|Quinte Health|
Rigshospitalet|Riverside Methodist|Rockyview(?: General)?|Roswell Park|Royal (?:Adelaide|Alexandra|Brisbane|Brompton|Columbian|Children['’]?s|Free|Hobart|Inland|Jubilee|Liverpool|Marsden|Melbourne|North Shore|Perth|Prince Alfred|Surrey|University Hospital|Victoria(?: Hospital| Infirmary| Regional)?|Women['’]?s)|Rush (?:University|Copley|Oak Park)|
Salford Royal|Scarborough (?:General|Grace)|Scripps (?:Mercy|Green|Memorial)|Seattle Children['’]?s|SickKids|Sick Kids|Sir Charles Gairdner|Sir Ganga Ram|Sonic Healthcare|Sonora Quest|Southlake Regional|Spectrum Health(?: Butterworth| Blodgett)?|St\.? Boniface(?: Hospital| General)?|Stanford (?:Health|Hospital|Medical)|Stony Brook(?: University)?|Strong Memorial|Stollery|Sullivan Nicolaides|Sunnybrook|Surrey Memorial|Sutter (?:Health|General|Roseville)|Swedish (?:First Hill|Medical Center|Cherry Hill)|
Tata Memorial|The Ottawa Hospital|Thunder Bay Regional|Tom Baker(?: Cancer Centre)?|Toronto (?:General|Western|East General|Grace)|Trillium Health|Tufts Medical|UMass Memorial|UPMC (?:Shadyside|Presbyterian|Magee|Passavant|Mercy|St\.? Margaret)|UMC (?:Shadyside|Utrecht|Groningen)|Unilabs|University Health Network|Vall d['’]Hebron|Vancouver General|Vanderbilt|Victoria General|Virginia Mason(?: Medical)?|VCU Health|
Wake Forest (?:Baptist|University)|Walter Reed|Weill Cornell|West Park Healthcare|Westmead(?: Hospital)?|Whipps Cross|William Osler|Winchester District|Windsor Regional|Winthrop[- ]University|Women['’]?s College Hospital|Yale[- ]New Haven|York Central Hospital
"""
# names that are words or surnames too: only where something is said of an institution
_PLACED = """
Foothills|Misericordia|Rush|Quest|Mayo|Mercy|Stanford|Barnes|Emory|Providence|Sinai|Mount Sinai|Grady|Duke|Tulane|Baylor|Loyola|Temple|Jefferson|Georgetown|Yale|Cornell|Columbia|Swedish|Scripps|Kaiser|Kaiser Oakland|Sharp|Sutter|Lakeridge|Trillium|Credit Valley|Rockyview|Burnaby|Royal Jubilee|Royal Inland|Royal Columbian|Peace Arch|Eagle Ridge|Langley Memorial|Surrey Memorial|
Victoria General|Nanaimo Regional|Kelowna General|Our Lady of the Lake|Sacred Heart|Good Samaritan|Grey Nuns|University of Alberta|Boundary Trails|Health Sciences|Addenbrookes|Guys|Barts|Westmead|Epworth|Alfred|Austin|Mater|Concord|Prince Alfred|Auckland City|Middlemore|Waikato|Dunedin|Groote Schuur|Tygerberg|Baragwanath|Apollo|Fortis|Medanta|Hinduja|Siriraj|Ramathibodi|Tan Tock Seng|Mount Elizabeth|Gleneagles|Foundation Med|Guardant|Tempus|Caris|Natera|Invitae|Ambry|Exact Sciences|Veracyte
"""
_ACRONYMS = """
BCCA|BCCA-(?:VC|VIC|FVC|CSI|AC)|BCCR|BCCR-VC|VAMC|VAMHC|VIHA|VIH|UMMC|UKMC|UTMB|UTMDACC|UTSWMC|MUSC|LSUHSC|OSUWMC|OSUMC|UABH|UVMMC|DHMC|CPMC|SFGH|ZSFG|CHLA|CHKD|CHOA|CHOC|CHW|NCH|BCH|TCH|RPCI|RPCCC|FCCC|MCC|SCCA|FHCRC|KUMC|UNMC|WVUH|UCHSC|BWFH|NWH|NSMC|JHBMC|GBMC|UMMS|WHC|GUH|INOVA|VCUMC|EVMS|CMC|WFBH|WFUBMC|DUMC|UNCH|
TOHCC|KHSC|HHSC|HSC|HHS|SJHH|JCC|OSMH|RVHS|LHSC|GRRCC|WRH|TBRHSC|HSN|NYGH|MSH|SHSC|WCH|SMH|UAH|RAH|FMC|PLC|RGH|SHC|TBCC|CCI|RUH|SPH|RQHR|HSCW|SBGH|CCMB|QEII|IWK|SJRH|DECRH|QEH|MNI|MGH|RVH|JGH|CHUM|CHUS|CHUQ|CHUL|HMR|HSCM|BRI|RFH|UCLH|KCH|GSTT|RMH|QMC|NUH|LRI|LGI|RVI|RIE|ARI|PMCC|RPAH|RNSH|SVH|POWH|RBWH|PAH|SCGH|RAH|FSH|ADHB|CDHB|CMDHB
"""
_SPACE = re.compile(r"\s*\n\s*")


def _alternation(names: str) -> str:
    return _SPACE.sub("", names.strip())


def _upper(names: str) -> str:
    """The alternation in capitals, its classes and escapes left alone."""
    return re.sub(r"\\.|[a-z]", lambda m: m.group() if len(m.group()) > 1 else m.group().upper(), names)


_TAIL = r"(?: (?:Hospitals?|Medical Cent(?:er|re)|Cancer Cent(?:er|re)|Clinic|Health(?: System| Services| Sciences(?: Cent(?:er|re))?)?|Infirmary|Lab(?:oratorie)?s?|Pathology|Children['’]?s|Campus|Cent(?:er|re)|Institute|HOSPITALS?|MEDICAL CENT(?:ER|RE)|CANCER CENT(?:ER|RE)|CLINIC|HEALTH|LABORATORIES|PATHOLOGY|CENT(?:ER|RE)|INSTITUTE)(?!\w)){0,2}"
_KNOWN = re.compile(
    rf"(?<![\w'’-])(?:{_alternation(_ALWAYS)}|{_upper(_alternation(_ALWAYS))})(?![\w'’-]){_TAIL}"
)
_PLACE = re.compile(
    rf"(?<![\w'’-])(?:{_alternation(_PLACED)}|{_upper(_alternation(_PLACED))}|{_alternation(_ACRONYMS)})(?![\w'’-]){_TAIL}(?=[.,;:)|/\n]|\s*$|  | (?:on|in|for|with|and|who|where|by|to|as|last|since|team|lab|slides|clinic|oncology|surgery|pathology|registry|was|is|has|found|reports?|showed|Address|Fax|Phone|Tel|[A-Z][a-z]{{2,12}}:|[A-Z]{{4,}})\b| ?\d)"
)
_WHERE = re.compile(
    r"(?i)(?:\b(?:at|from|to|via|of the|with|by|through|in)(?: the)? |\b(?:site|location|loc|client|facility|hospital|laboratory|lab|department|dept|clinic|institution|source|sender|campus|board|conference|rounds|billing|performed|centre|center)[:|,]{1,2} ?|\b(?:originating|referring|sending|ordering|resulting|performing|collecting) (?:site|hospital|lab|laboratory|facility|clinic)[: ]{1,2}|\((?:the )?)$"
)
_NO_PERSON = re.compile(r"(?i)(?:\b(?:dr|drs|mr|mrs|ms|prof|by)\.? )$")


class KnownHouseRecognizer(EntityRecognizer):
    """Institutions that many reports name without saying what they are."""

    def __init__(self) -> None:
        super().__init__(["FACILITY"], name="KnownHouseRecognizer")

    def load(self) -> None:
        """Note where the expressions may begin."""
        for expression in (_KNOWN, _PLACE):
            register(expression)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of institutions in `text` as RecognizerResult."""
        if entities is not None and "FACILITY" not in entities:
            return []
        anchors = tokens_of(text, nlp_artifacts).anchors
        found = [m.span() for m in anchors.finditer(_KNOWN)]
        for match in anchors.finditer(_PLACE):
            start = match.start()
            if _WHERE.search(text, max(0, start - 40), start) and not _NO_PERSON.search(
                text, max(0, start - 8), start
            ):
                found.append(match.span())
        return [RecognizerResult("FACILITY", a, b, 0.95) for a, b in found]
