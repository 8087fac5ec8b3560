#!/bin/sh
# Create the topics on brokers without Strimzi; those that are there already stay as they are.
#   BOOTSTRAP=host:9092 [REPLICAS=1 MIN_INSYNC_REPLICAS=1] [PARTITIONS=3 for every topic] [KAFKA_TOPICS=/opt/kafka/bin/kafka-topics.sh] [COMMAND_CONFIG=client.properties] topics/create.sh
set -eu
: "${BOOTSTRAP:?host:port of a broker}"
replicas=${REPLICAS:-3}
in_sync=${MIN_INSYNC_REPLICAS:-2}
retention=$((28 * 24 * 60 * 60 * 1000))

create() {
    "${KAFKA_TOPICS:-kafka-topics.sh}" --bootstrap-server "$BOOTSTRAP" \
        ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"} --create --if-not-exists \
        --topic "$1" --partitions "${PARTITIONS:-$2}" --replication-factor "$replicas" \
        --config "min.insync.replicas=$in_sync" --config "retention.ms=$retention"
}

create learning.requests 12
create concepts.requests 12
create debug.requests 12
create code.submissions 12
create exercise.requests 12
create exercise.generated 6
create learning.responses 12
create struggle.detected 6
create progress.events 12
create learnflow.dead-letter 3
