"""What is medicine and must stay: eponyms, TNM, sizes, fractions, grades, block numbers, stains, percentages."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re
from bisect import bisect_left

from small_or_large.deidentification.anchors import Anchors, register
from small_or_large.deidentification.spans import Span

EPONYM_WORDS = frozenset(
    """addison albright alcian alport alzheimer ann arbor askin auer aschoff banff barr barrett bartholin bartter basedow
    bauhin becker behcet bellini berger bethesda billroth birbeck birt hogg dube bloom richardson scarff bloodgood borrmann
    bourneville bowen bowman breslow brenner broders brodmann bruch brunner buerger burkitt buschke lowenstein cajal calot
    call exner camper carney caroli castleman celestin charcot chang chiari child chompret christensen churg clara clark cloquet
    codman colles congo coombs cooper corti couinaud councilman courvoisier cowden cowper creutzfeldt jakob crohn cronkhite
    curling cushing darier deauville delphian denonvilliers dercum dieulafoy di george dohle donovan douglas down dressler
    dubin dukes dupuytren durie edmondson steiner ehlers ellsworth enneking erdheim chester evans ewing fabry fallopian fallope
    fallopio fanconi felty fite fitz fleischner fleischmann forrest fordyce fowler fontana masson frantz freiberg friedlander fuhrman
    furhman fuhrmann galen gardner gartner gaucher gerota giemsa gimenez gleason gleasons gleeson goblet golgi gomori goodpasture gorlin
    graaf graafian gram graves gravlee grawitz grocott guillain halsted halstead hamartoma hand schuller hansen hartmann
    hashimoto hassall heerfordt heister helly henle henoch hensen hepar hirschsprung his hodgkin hodgkins hofbauer horner
    houston howell jolly huerthle hunner hunter hurthle huntington hutchinson ishak ivor jackson jass jewett kaposi kaplan
    karnofsky kartagener kasabach kaufman kawasaki kayser kerckring kernohan ki kiel kikuchi kimura kimmelstiel klatskin klinefelter koch
    krukenberg kudo kupffer lambert laennec langer langerhans langhans lauren ledderhose leriche leser lewis lewy leydig lhermitte
    lieberkuhn li fraumeni lisfranc littre ljungberg lloyd luschka lugano lugol lukes lutzner lynch mallory malpighi malpighian marchand
    marfan marjolin marsh masaoka koga masson mccune meckel meigs meissner melkersson menetrier merkel mib mikulicz milan miller miles
    mohs morrison mondor montgomery morgagni morison muir torre mueller mullerian muller munro nabothian neer nissl nissen nottingham novak oddi orcein osler ota
    paget paneth pap papanicolaou paris parkinson pautrier pelger penrose perls peutz jeghers peyer peyronie pfannenstiel phyllodes pick pinkus
    pirads plummer poupart pott poupart prague prussian puestow purkinje queyrat rappaport rathke raynaud recklinghausen reed reinke
    reinnisc reis retzius rhodes richter riedel rinehart robson rokitansky romano romanowsky rosai dorfman rosenmuller rosenthal rotor rotter roux runyon
    russell salmon santorini scarpa schaumann scheuer schiller duval schirmer schmorl schneiderian schwann schwannian scott sertoli sezary sjogren
    skene smith spigelian spiegel spitz steiner stein stensen stewart treves still sternberg sternheimer stieda strumpell sturge sudan susman swyer
    sydney takayasu thompson thorotrast toker toldt towne treitz trousseau turcot turner tyson valsalva van gieson nuys vater
    verocay verhoeff vienna virchow von hippel lindau waldenstrom waldeyer walthard warthin wegener weibel palade wermer werner wharton
    whipple wickham willis wilms wilson wirsung wiskott wolff wolffian wright zahn zellballen zellweger ziehl neelsen zenker zollinger ellison zuckerkandl
    finn allred jones lugol bouin bouins hollande zinn movat hale dane kreyberg leder luna luxol fast steiner warthin starry von kossa lendrum miller
    abrikossoff bednar brooke degos ferguson gottron hailey kasabach koenen lever masson merritt montgomery nevoid pringle sebaceous sweet wells
    winer unna pinkus reed clark ackerman jadassohn borst kamino kossa mallory denk denker azzopardi buerger heller homer wright flexner wintersteiner
    philadelphia heidelberg gothenburg kyoto oslo rome atlanta chicago tokyo helsinki budapest cologne bern denver sapporo amsterdam leeds glasgow hamburg rotterdam edmonton montreal
    boston broca wernicke baltimore columbia toronto sanger southern orleans marseille lyon lille lisbon basel geneva madrid barcelona dublin manchester rosenthal hirano pacini pacinian ruffini ranvier rolando sylvius sylvian galea monro magendie obersteiner schmidt lanterman opalski bergmann cowdry negri
    brunn wolman gordon sweets niemann pick krabbe hurler sanfilippo morquio fujimoto quervain crooke bannayan riley ruvalcaba klippel
    trenaunay osler rendu rothmund blackfan kostmann shwachman aldrich bruton chediak higashi hermansky pudlak alagille byler crigler najjar budd boerhaave
    schatzki dieterle wade kinyoun brenn hopps twort grimelius sevier munger bielschowsky bodian feulgen mowry perls epstein elston batts ludwig metavir knodell
    brunt laennec astler coller mandard becker dworak chevallier huvos salzer kuntschik trojani oberhuber siewert haggitt cotswolds binet toldt glisson
    cantlie bogros hesselbach gimbernat alcock auerbach kohlrausch highmore heister hering disse ito kohn kulchitsky thebesius
    lafora bunina nurick daumas duport kleihues simpson spetzler rathke lhermitte duclos""".split()
)

_MEDICAL_NEXT = frozenset(
    """lymphoma disease diseases syndrome tumor tumors tumour tumours cell cells carcinoma sarcoma esophagus oesophagus mucosa metaplasia bodies body
    score grade grading pattern patterns sum thyroiditis cyst cysts gland glands duct ducts diverticulum stain stains stained node nodes
    islets level levels thickness index space fascia ligament pouch nevus naevus granulomatosis contracture procedure resection
    tubes tube capsule cord sinus sinuses ulcer ulcers rosettes type types classification system stage staging criteria lymphoma's adenoma hyperplasia
    macroglobulinemia anomaly rods corpuscles corpuscle crypts crypt plexus anemia leukemia sarcoma's triad sign operation method technique
    nuclear modified combined histologic histological primary secondary red blue black green trichrome elastic silver nodules pit bundle
    phenomenon tract canal reaction test granules stitch drain drains clamp forceps needle solution fixative fluid medium's knot
    patches abscess herniation incision excision fracture hernia gastrectomy esophagectomy mastectomy hepatectomy pancreatectomy
    lymphoma-like like variant histiocytosis family spectrum islet areas triangle membrane clefts layer nucleus nuclei inclusions
    (primary) (combined) (sum) grade: score: pattern: deposits microsatellite microabscess mass lesion lesions dysplasia polyp hamartomas""".split()
)
EPONYM_AFTER = _MEDICAL_NEXT

# each alternative is tried only where it may begin
_SPANS = tuple(
    map(
        re.compile,
        (
            r"(?<![\w.])(?:[yramc]{0,2}p?[yramc]{0,2}(?:T(?:is|[0-4OX])[a-d]?(?:\d|\(?m\)?)?(?:[ ,/;]{0,2}[pc]?N[0-3OXx][a-c]?(?:\((?:sn|mi|i[+-])\))?)?(?:[ ,/;]{0,2}[pc]?M[01OXx][a-c]?)?"
            r"|N[0-3Xx][a-c]?(?:\((?:sn|mi|i[+-])\))?|M[01Xx][a-c]?))(?![\w])",
            r"(?<![\w.])\d{1,3}(?:[.,]\d{1,3})?(?: ?(?:cm|mm|m)?\.? ?[xX×] ?\d{1,3}(?:[.,]\d{1,3})?){1,3} ?(?:cm|mm)?\b",
            r"(?<![\w.])\d{1,4}(?:\.\d{1,3})? ?(?:cm|mm|grams?|gms?|gm|mL|ml|cc|kg|microns?|µm|um|mg|HPF|hpf|%|percent)(?!\w)",
            r"(?i:\bgleason(?:'?s)?)[^.\n]{0,30}?\d ?\+ ?\d(?: ?= ?\d{1,2})?(?:/10)?",
            r"(?<![\w/.-])\d{1,2} ?\+ ?\d(?: ?\+ ?\d)?(?: ?= ?\d{1,2})?(?:/\d{1,2})?(?![\w/])",
            r"(?<![\w/.-])\d{1,3} ?/ ?\d{1,3}(?= (?:lymph|nodes?|cores?|sentinel|positive|negative|hpf|HPF|LN|of the|LNs?|are|were|show|slices|pelvic|axillary|lobes?|quadrants?|blocks?|slides?|mitos))",
            r"(?i:\b(?:nodes?|cores?|LNs?|axilla|grade|score|positive|negative|involv\w{1,4}|allred|fuhrman|nuclear|in|with|malignancy|malignant|tumou?r|carcinoma|metasta\w{1,5}|identified|seen|showing))[:, (]{1,3}\d{1,3} ?/ ?\d{1,3}(?![\w/]|[.-]\d)(?! (?:19|20)\d\d)",
            r"\([ ]?\d{1,3} ?/ ?\d{1,3}[ ]?\)",
            r"(?i:\b(?:FIGO|stage|grade|level|levels|clark|who|group|type|category|class|part|block|blocks|cassettes?|specimen|slides?)) (?:[IVX]{1,4}[A-Ca-c]?\d?|\d[A-Ca-c]?|[A-Z]\d{1,2}(?: ?[-–] ?[A-Z]?\d{1,2})?)(?![\w/:-])",
            r"(?<![\w/.-])[A-Z]{1,2}\d{1,2} ?[-–] ?[A-Z]{0,2}\d{1,2}(?![\w/-])",
            r"(?<![\w/.-])\d{1,2}[A-Z] ?[-–] ?\d{0,2}[A-Z](?![\w/-])",
            r"\b(?:CD|CK|AE|HMB|MUC|TTF|BCL|Bcl|HER|Her|ki|Ki|KI|MIB|CAM|WT|PAX|GATA|SOX|MLH|MSH|PMS|S|p|EGFR|PD-L|MART|CEP|CAIX|CA|PIN|SMAD|HPV|HHV|EBV)[ -]?\d{1,3}(?:[./]\w{1,4})?\b(?![-/:]\d{3})",
        ),
    )
)


register(_SPANS)


def protected_spans(anchors: Anchors) -> list[tuple[int, int]]:
    """Where clinical figures stand in a text: TNM, sizes, fractions, grades, blocks, stains, percentages."""
    return [match.span() for match in anchors.finditer(_SPANS)]


# an author: Hammond ME et al.
_CITED = re.compile(r"(?:,? [A-Z]{1,3}\b\.?)?(?:, [A-Z][\w'-]{1,20}(?: [A-Z]{1,3})?){0,4},? et\.? ?al\b")


def without_medicine(anchors: Anchors, found: list[Span]) -> list[Span]:
    """Findings that touch no clinical figure and cite no author (a labelled identifier of high score is kept)."""
    if not found:
        return []
    guarded = protected_spans(anchors)
    starts = [a for a, _ in guarded]
    kept = []
    for span in found:
        i = bisect_left(starts, span.end)
        near = (place for place in guarded[max(0, i - 3) : i] if place[1] > span.start)
        if any(_yields(span, a, b) for a, b in near):
            continue
        if span.entity == "NAME" and _CITED.match(anchors.text, span.end):
            continue
        kept.append(span)
    return kept


def _yields(span: Span, start: int, end: int) -> bool:
    """Whether a finding gives way to the clinical figure at `start` to `end`, which it touches."""
    inside = start <= span.start and span.end <= end
    # a strong finding that is longer than the figure holds it by accident: 10/12/2004, S-17-33219
    return span.score < (0.97 if inside else 0.9)
