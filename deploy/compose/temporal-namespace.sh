#!/bin/sh
# The clinic's namespace. What is over is kept for a week: the log keeps everything.
set -eu
connect="--address $TEMPORAL_ADDRESS --tls --tls-ca-path $TEMPORAL_TLS_SERVER_CA_CERT_PATH
    --tls-cert-path $TEMPORAL_TLS_CLIENT_CERT_PATH --tls-key-path $TEMPORAL_TLS_CLIENT_KEY_PATH
    --tls-server-name $TEMPORAL_TLS_SERVER_NAME"
# shellcheck disable=SC2086 # these are several words
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" $connect && exit 0
# shellcheck disable=SC2086
temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 7d $connect
