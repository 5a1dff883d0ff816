// Breaks the layering on purpose: see ../../CMakeLists.txt. Never compiled.
#include <grpcpp/grpcpp.h>

#include "server/rpc/unary.h"
