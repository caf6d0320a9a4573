"""Names of images that say nothing by themselves: those that Docker publishes, and words that many services are called."""

from __future__ import annotations

from typing import Final

OFFICIAL_IMAGES: Final = frozenset(
    """
    adminer alpine amazonlinux api-firewall arangodb archlinux bash bonita buildpack-deps busybox caddy cassandra chronograf clojure
    consul couchbase couchdb crate dart debian docker drupal eclipse-mosquitto elasticsearch elixir erlang fedora flink fluentd geonetwork
    ghost golang gradle groovy haproxy haskell hello-world httpd hylang ibmjava influxdb jetty joomla jruby julia kapacitor kibana kong
    logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mysql nats neo4j nextcloud nginx node odoo
    open-liberty openjdk orientdb percona perl photon php plone postgres pypy python r-base rabbitmq rakudo-star redis redmine registry
    rocket.chat ruby rust sapmachine scratch solr sonarqube spiped storm swift swipl telegraf tomcat tomee traefik ubuntu unit varnish vault
    wordpress xwiki yourls znc zookeeper
    """.split()
)
"""github.com/docker-library/official-images, folder library."""

COMMON_NAMES: Final = frozenset(
    """
    agent api app application auth backend bot broker cache cli client cmd collector consumer controller core cron daemon dashboard db demo
    dev dispatcher echo example exporter frontend gateway hello helloworld ingester ingress init job loader main manager metrics migrate
    migrations monitor notifier operator probe producer proxy publisher pubsub queue receiver registry router runner scheduler sender server
    service sidecar subscriber sync syncer test tester tools ui user users web webapp webhook website worker
    """.split()
)
"""Names that are met in many repositories, so that an image of another owner is as likely to be meant."""

HOST_WORDS: Final = frozenset(
    """
    amazonaws asia aws azurecr cloud cluster cn com containers default dev dkr docker ecr eu example gcr ghcr github gitlab gke google hub
    image images index internal io k8s latest library local localhost my net org pkg public quay registry release releases svc team us
    """.split()
)
"""Parts of an image's name that tell where it is kept, not whose it is."""
