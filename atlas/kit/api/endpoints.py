"""The endpoints of the API by name: what each holds, and a record to try it with."""

ENDPOINTS = {
    "initiatives": "Programmes, centres, dialogues, projects, exercises, funds and alliances.",
    "actors": "Governments, organisations and companies that act in them.",
    "participations": "Who takes part in what, and in which role.",
    "funding-links": "Who pays for what, and how much, as far as it is stated.",
    "events": "Meetings, openings and exercises.",
    "results": "What was counted: indicator, number, unit.",
    "statements": "What is said about initiatives, actors and events, and by whom.",
    "citations": "What each source says about each fact, and where in it.",
    "sources": "Pages, reports and data sets that facts rest on.",
    "publishers": "Who published them, and how reliable that publisher is.",
    "countries": "Countries and territories of ISO 3166-1.",
    "themes": "What initiatives are about.",
    "changes": "What changed in all of these, in the order of commits: what a mirror follows.",
    "graph": "The network of a search: who takes part in what, who pays, what is tied to what.",
    "insights/map": "How many initiatives reach each country, as the map draws it.",
    "insights/timeline": "When initiatives ran, with what is uncertain.",
    "insights/years": "How many started and ran in each year; money by year.",
    "insights/network": "Actors and what ties them: shared initiatives, or roles.",
    "insights/funding": "Who pays and is paid, or the chain around one record.",
    "insights/overlap": "Initiatives that share a country, a theme and time.",
    "insights/coverage": "Which themes reach which countries or groups, gaps included.",
    "insights/compare": "Two to four initiatives, actors or countries side by side.",
    "insights/briefing": "A search in brief: figures, pictures, sums, records, sources.",
    "schema": "This API as an OpenAPI 3.1 description.",
}

# a record of each noun that the first start loads
EXAMPLES = {
    "initiatives": "ajccbc",
    "actors": "asean",
    "participations": "ajccbc--etda--host",
    "funding-links": "ajccbc--jaif",
    "events": "ajccbc--opening-of-the-ajccbc",
    "results": "accdp-1--people-trained",
    "statements": "ajcd--origin",
    "citations": "ajcd--title--ipdf-japan-leads",
    "sources": "iso-3166",
    "publishers": "iso",
    "countries": "TH",
    "themes": "cybercrime",
}
