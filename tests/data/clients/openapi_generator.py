"""The README's first examples by the Python client that openapi-generator writes."""

import json
import sys

import atlas_client

client = atlas_client.ApiClient(atlas_client.Configuration(host=sys.argv[1]))
initiatives = atlas_client.InitiativesApi(client)
links = atlas_client.FundingLinksApi(client)
parts = atlas_client.ParticipationsApi(client)
taking = parts.participations_list(initiative=["ajccbc"])
wide = parts.participations_list(initiative=["ajccbc"], expand=["actor"])
record = initiatives.initiatives_retrieve("ajccbc")
try:
    initiatives.initiatives_list(country=["Atlantis"])
    wrong = None
except atlas_client.ApiException as error:
    wrong = json.loads(error.body)["errors"][0]["parameter"]
print(
    json.dumps(
        {
            "title": record.title,
            "evidence": sorted(record.evidence),
            "paid": [row.slug for row in initiatives.initiatives_list(funder=["jaif"]).results],
            "disputed": initiatives.initiatives_list(evidence=["disputed"]).count,
            "sums": [
                [row.key, row.amount]
                for row in links.funding_links_list(initiative=["ajccbc"]).results
            ],
            "actor": [
                taking.results[0].actor.actual_instance,
                wide.results[0].actor.actual_instance.name,
            ],
            "wrong": wrong,
        }
    )
)
