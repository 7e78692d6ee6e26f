[assembly: AssemblyFixture(typeof(RunningSystem))]
[assembly: AssemblyFixture(typeof(Chromium))]
