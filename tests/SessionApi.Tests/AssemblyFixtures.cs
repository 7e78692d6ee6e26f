[assembly: AssemblyFixture(typeof(RunningSystem))]
