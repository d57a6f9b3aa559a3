// libyaml, as Debian packages it (libyaml-dev). Imported by Sources/YAML only.
#pragma once

#include <yaml.h>
