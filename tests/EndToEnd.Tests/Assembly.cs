using System.Runtime.Versioning;

[assembly: AssemblyFixture(typeof(RunningSystem))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: UnsupportedOSPlatform("windows")]
