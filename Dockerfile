# The image of one service: docker build --build-arg SERVICE=RoleApi --tag user-domain/role-api .
# The base images are arguments, so that a release can pin them by digest.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

FROM ${SDK_IMAGE} AS build
ARG SERVICE
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
# Project files first: as long as none of them changes, the packages come from the cache.
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY src/Libraries/Contracts/*.csproj src/Libraries/Contracts/packages.lock.json src/Libraries/Contracts/
COPY src/Libraries/Database/*.csproj src/Libraries/Database/packages.lock.json src/Libraries/Database/
COPY src/Libraries/Events/*.csproj src/Libraries/Events/packages.lock.json src/Libraries/Events/
COPY src/Libraries/IdentityStore/*.csproj src/Libraries/IdentityStore/packages.lock.json src/Libraries/IdentityStore/
COPY src/Libraries/RevocationFeed/*.csproj src/Libraries/RevocationFeed/packages.lock.json src/Libraries/RevocationFeed/
COPY src/Libraries/ServiceDefaults/*.csproj src/Libraries/ServiceDefaults/packages.lock.json src/Libraries/ServiceDefaults/
COPY src/${SERVICE}/*.csproj src/${SERVICE}/packages.lock.json src/${SERVICE}/
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet restore "src/${SERVICE}"

COPY .editorconfig ./
COPY eng eng
COPY src/Libraries src/Libraries
COPY src/${SERVICE} src/${SERVICE}
# An entry point cannot name an argument; a link can.
RUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked \
    dotnet publish "src/${SERVICE}" --no-restore -c Release -r linux-x64 --no-self-contained -o /app \
    && ln -s "UserDomain.${SERVICE}" /app/service

FROM ${RUNTIME_IMAGE}
# Nothing attaches to a service from outside, and the root file system may be read-only.
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
WORKDIR /app
COPY --from=build /app ./
USER $APP_UID
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --start-interval=1s --retries=2 CMD ["./service", "health"]
ENTRYPOINT ["./service"]
